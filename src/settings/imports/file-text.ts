import { Refusal } from '../../refusal.ts'

/** By its byte order mark or, without one, by a zero byte in its first letter. */
const UTF_16: [start: RegExp, name: string][] = [
  [/^(?:fffe|(?!00)..00)/, 'utf-16le'],
  [/^(?:feff|00(?!00))/, 'utf-16be'],
]

/** The first bytes of files that people mistake for CSV. */
const WORKBOOKS = [
  ['504b0304', 'fileIsExcel'],
  ['d0cf11e0', 'fileIsOldExcel'],
  ['25504446', 'fileIsPdf'],
] as const

/** Where windows-1252 differs from Latin-1; Node 20 can't decode it. */
const AT_0X80 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

interface FileText {
  text: string
  /** A guess, because it isn't UTF-8: accented letters should be checked. */
  isEncodingGuessed: boolean
}

/** Decodes what spreadsheets write: UTF-8, UTF-16 or windows-1252. */
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
