/** What searches may name besides: it is not among the names. */
const TITLES = new Set(['dr', 'mr', 'mrs', 'ms', 'miss', 'mx', 'prof', 'professor', 'doctor', 'sir', 'dame'])

const INVISIBLE = /[\p{Cf}\p{Cc}]/gu
const LINK_SCHEME = /(?<![^\s<"'(])(?:mailto|tel):/gi
const DASHES = /\p{Pd}/gu

/** What email programs and spreadsheets put between and around names. */
const BORDER = /[\s,;<>"“”„«»[\]{}|•]+/u
const EDGES = /^[.:!?*'‘’‚()-]+|[.:!?*'‘’‚()-]+$/gu

const PART_OF_NUMBER = /^[+()\d./-]*\d[()\d./-]*$/

export function isPartOfNumber(word: string): boolean {
  return PART_OF_NUMBER.test(word)
}

/** The words of a search, without what belongs to the program that it was copied from. */
export function searchWords(text: string): string[] {
  const plain = text.replace(/\s/gu, ' ').replace(INVISIBLE, '').replace(LINK_SCHEME, '').replace(DASHES, '-')
  const words = plain.split(BORDER).map(bare).filter(Boolean)
  const names = words.filter((word) => !TITLES.has(word.toLowerCase()))
  if (names.length > 0) return names
  // Nothing else was typed, so that is what is meant.
  return words.length > 0 ? words : plain.split(' ').filter(Boolean)
}

function bare(word: string): string {
  return isPartOfNumber(word) ? word : word.replace(EDGES, '')
}

const UNSPACED = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]+$/u
const UNSPACED_MAX_LENGTH = 8

/** Of a script that writes names without a space between them. */
export function isUnspaced(word: string): boolean {
  return UNSPACED.test(word) && word.length <= UNSPACED_MAX_LENGTH
}

/** A name written together, and every way in which it can be two names, in either order. */
export function namesWithin(word: string): string[] {
  const letters = [...word]
  const splits = letters.slice(1).flatMap((_, index) => {
    const [left, right] = [letters.slice(0, index + 1).join(''), letters.slice(index + 1).join('')]
    return [`${left} ${right}`, `${right} ${left}`]
  })
  return [word, ...splits]
}
