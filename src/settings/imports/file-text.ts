import { Refusal } from '../../refusal.ts'

/** By its mark, or by half of its first letter where a program has left the mark out. */
const UTF_16: [start: RegExp, name: string][] = [
  [/^(?:fffe|(?!00)..00)/, 'utf-16le'],
  [/^(?:feff|00(?!00))/, 'utf-16be'],
]

/** The first bytes of files that people take for a CSV file. */
const WORKBOOKS = [
  ['504b0304', 'fileIsExcel'],
  ['d0cf11e0', 'fileIsOldExcel'],
  ['25504446', 'fileIsPdf'],
] as const

/** What windows-1252 has where Latin-1 has nothing; Node 20 itself does not know. */
const AT_0X80 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

export interface FileText {
  text: string
  /** A guess: it is no UTF-8, so accented letters should be looked at. */
  isEncodingGuessed: boolean
}

/** The text of a file as spreadsheets write it: UTF-8, UTF-16, or what Windows had before them. */
export function readFileText(bytes: Buffer): FileText {
  const start = bytes.subarray(0, 4).toString('hex')
  const other = WORKBOOKS.find(([magic]) => start.startsWith(magic))
  if (other) throw new Refusal('file', other[1])

  const utf16 = UTF_16.find(([mark]) => mark.test(start))
  if (utf16) return { text: new TextDecoder(utf16[1]).decode(bytes), isEncodingGuessed: false }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), isEncodingGuessed: false }
  } catch {
    return { text: fromWindows1252(bytes), isEncodingGuessed: true }
  }
}

function fromWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (letter) => AT_0X80[letter.charCodeAt(0) - 0x80] ?? letter)
}
