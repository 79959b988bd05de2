import { answers } from '../words/en/answers.ts'
import { unseenProblem } from '../words/typed-text.ts'

const MAX_CHARACTERS = 100

const MARKUP = /[<>]/
const LINK = /\/\/|[\\@]|www\./i
/** Email programs turn `word.word` into a link; only St.John is let through. */
const DOMAIN = /(?<!(?<!\p{L})[Ss][Tt])[.\u3002]\p{L}{2}|[.\u3002](?!\p{Lu})\p{L}{2}/u

/** What's wrong with a first, last or clinic name. The form handles empty ones. */
export function nameProblem(text: string): string | null {
  // Full-width symbols make links too.
  const plain = text.normalize('NFKC')
  if ([...text].length > MAX_CHARACTERS) return answers.name.tooLong(MAX_CHARACTERS)
  const unseen = unseenProblem(text)
  if (unseen) return unseen
  if (MARKUP.test(plain)) return answers.name.markup
  if (LINK.test(plain)) return answers.name.link
  if (DOMAIN.test(plain)) return answers.name.fullStop
  if (text.trim() && !/[\p{L}\p{N}]/u.test(text)) return answers.name.noLetter
  return null
}

export function tidyName(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ')
}

export function fullName(person: { firstName: string; lastName: string }): string {
  return `${person.firstName} ${person.lastName}`.trim()
}

export function initials(person: { firstName: string; lastName: string }): string {
  const [first = ''] = person.firstName
  const [last = ''] = person.lastName
  return first + last
}

const NOT_DECOMPOSED: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
  ŧ: 't',
  ς: 'σ',
}

/** Last, then first name, comparable byte by byte, in the order that people expect. A single name counts as the last. */
export function sortName(firstName: string, lastName: string): string {
  // A tab sorts before the space inside “Van Dyk”, so that everyone called Van comes first.
  return lastName ? `${plainLetters(lastName)}\t${plainLetters(firstName)}` : `${plainLetters(firstName)}\t`
}

/** Every kind of apostrophe; some would decompose into a space and an accent. */
const APOSTROPHES = /['’‘‛ʻʼ`´′＇]/g

// Only Latin, Greek and Cyrillic accents; in other scripts, vowel signs are letters to their readers.
export function plainLetters(name: string): string {
  return name
    .replace(APOSTROPHES, '')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/\P{ASCII}/gu, (letter) => NOT_DECOMPOSED[letter] ?? letter)
    .replaceAll('.', '')
    .replace(/[\s\p{Pd}]+/gu, ' ')
    .trim()
}
