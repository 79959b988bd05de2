/** Titles that people search for, although names don't include them. */
const TITLES = new Set(['dr', 'mr', 'mrs', 'ms', 'miss', 'mx', 'prof', 'professor', 'doctor', 'sir', 'dame'])

const INVISIBLE = /[\p{Cf}\p{Cc}]/gu
const LINK_SCHEME = /(?<![^\s<"'(])(?:mailto|tel):/gi
const LINK_QUERY = /(?<=@[^\s?]+)\?\S*/g
const DASHES = /[\p{Pd}\u2212]/gu

/** What address books write beside a name: (Physio), [External], “| Harbour Street”, “ - Physiotherapist”, “ · 2nd”. */
const BESIDE_NAMES = [
  /\([^()\d]*\)|\[[^[\]\d]*\]/g,
  /(?<=\S +\S.*)(?:\||(?<= )[-•·] )(?:[^\d@]|\d(?:st|nd|rd))*$/,
]

/** And beside phone numbers. */
const BEFORE_NUMBERS =
  /(?<![^\s,;|])(?:m|mob|mobile|cell|p|ph|phone|t|tel|telephone|h|home|w|work|f|fax)(?:[.:]+ *| +)(?=[+(]*\d)/gi
const EXTENSION = /(?<=\d)[ ,]*(?:ext|extension|x)[.:]? *\d+$/i

/** What email programs and spreadsheets put around and between names. */
const BORDER = /[\s,;<>"“”„«»[\]{}|•]+/u
const EDGES = /^[.:!?*'‘’‚()-]+|[.:!?*'‘’‚()-]+$/gu

const PART_OF_NUMBER = /^[+()\d./-]*\d[()\d./-]*$/

export function isPartOfNumber(word: string): boolean {
  return PART_OF_NUMBER.test(word)
}

/** The words of a search, without the formatting of the program it was copied from. */
export function searchWords(text: string): string[] {
  const visible = text.replace(/\s/gu, ' ').replace(INVISIBLE, '').replace(DASHES, '-').trim()
  const plain = visible.replace(LINK_SCHEME, '').replace(LINK_QUERY, '')
  const words = withoutAsides(plain).split(BORDER).map(bare).filter(Boolean)
  const names = words.filter((word) => !TITLES.has(word.toLowerCase()))
  if (names.length > 0) return names
  // Nothing else was typed, so it must be what they mean.
  return words.length > 0 ? words : plain.split(' ').filter(Boolean)
}

/** If nothing else was typed, use what's in brackets. */
function withoutAsides(text: string): string {
  const numbers = text.replace(BEFORE_NUMBERS, '').replace(EXTENSION, '')
  return BESIDE_NAMES.reduce((left, aside) => {
    const rest = left.replace(aside, ' ')
    return /[\p{L}\p{N}]/u.test(rest) ? rest : left
  }, numbers)
}

function bare(word: string): string {
  return isPartOfNumber(word) ? word : word.replace(EDGES, '')
}

const UNSPACED = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]+$/u
const UNSPACED_MAX_LENGTH = 8

/** Scripts that write names without spaces. */
export function isUnspaced(word: string): boolean {
  return UNSPACED.test(word) && word.length <= UNSPACED_MAX_LENGTH
}

/** Two names with a dot between them, as Japanese writes foreign names; matched in either order, with or without it. */
export function namesBesideDot(word: string): string[] {
  const [left, right, ...more] = word.split(/[・･]/).filter(Boolean)
  return left && right && more.length === 0 ? [word, `${left} ${right}`, `${right} ${left}`] : [word]
}

/** A name written as one, and every way to split it into two, in either order. */
export function namesWithin(word: string): string[] {
  const letters = [...word]
  const splits = letters.slice(1).flatMap((_, index) => {
    const [left, right] = [letters.slice(0, index + 1).join(''), letters.slice(index + 1).join('')]
    return [`${left} ${right}`, `${right} ${left}`]
  })
  return [word, ...splits]
}
