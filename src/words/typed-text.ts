import { labels } from './en/labels.ts'

// Joiners and variation selectors are part of names in some scripts, so they're kept after a letter or emoji there, but not in Latin.
const SHAPES = '[\\u180b-\\u180d\\u180f\\u200c\\u200d\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]'
const SPELLS = `(?<=(?![\\p{Script=Latin}\\p{DI}])[\\p{L}\\p{M}\\p{Extended_Pictographic}\\p{Emoji_Modifier}]${SHAPES}*)${SHAPES}`
// Invisible characters that documents and address books copy along.
const STRAY = `(?!${SPELLS})[\\p{Cf}\\p{DI}]`
const AT_EDGES = new RegExp(`^(?:${STRAY}|\\s)+|(?:${STRAY}|\\s)+$`, 'gu')
const BESIDE_DIGITS = new RegExp(`(?:${STRAY})+(?=[\\d+()])|(?<=[\\d()])(?:${STRAY})+`, 'gu')

/** Without invisible characters around the text or between digits. */
export function tidyText(text: string): string {
  return text.replace(BESIDE_DIGITS, '').replace(AT_EDGES, '')
}

/** Control characters, direction marks, line breaks and invisible characters. */
const UNSEEN = new RegExp(`${STRAY}|[\\p{Cc}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}\\u2800]`, 'u')

const SHOWN_BEFORE = 20

/** Names an invisible character and where it is; null if there is none. */
export function unseenProblem(text: string): string | null {
  const found = UNSEEN.exec(text)
  if (!found) return null
  const [character] = found
  const before = [...text.slice(0, found.index)].slice(-SHOWN_BEFORE).join('').trim()
  const where = before ? `after “${before}”` : 'at the beginning'
  return LINE_BREAK.test(character)
    ? `Remove the line break ${where}.`
    : `Remove the invisible character ${where} (${nameOf(character)}).`
}

const LINE_BREAK = /[\n\r\u0085\p{Zl}\p{Zp}]/u

const NAMES: [RegExp, string][] = [
  [/\t/, 'tab'],
  [/\u00ad/, 'soft hyphen'],
  [/\u200b|\u2060/, 'zero-width space'],
  [/[\u200c\u200d]/, 'zero-width joiner'],
  [/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/, 'text direction mark'],
  [/\ufeff/, 'byte order mark'],
]

function nameOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const name = NAMES.find(([pattern]) => pattern.test(character))?.[1]
  return name ? `${name}, U+${code}` : `U+${code}`
}

/** What's wrong with one line of free text, such as a title or a profession. */
export function lineProblem(text: string): string | null {
  return unseenProblem(text) ?? (/[<>]/.test(text) ? labels.noMarkup : null)
}
