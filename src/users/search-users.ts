import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { plainLetters } from './names.ts'
import { parsePhone } from './phone-number.ts'

/** Shorter ones are looked for at the start of a word: an index of three letters finds nothing else. */
const INNER_PART_MIN_LENGTH = 3

const PART_OF_NUMBER = /^[+()\d./-]*\d[()\d./-]*$/

/** Everyone in whose names, address and phone numbers all that was typed is found, in any order. */
export function matchesSearch(text: string, country: string) {
  return (eb: ExpressionBuilder<Schema, 'users'>): Expression<SqlBool> =>
    eb.and(
      searchTerms(text, country).map((spellings) =>
        eb.or(spellings.map((spelling) => sql<SqlBool>`search_text like ${patternFor(spelling)}`)),
      ),
    )
}

/** One word or its beginning, as last names are sorted by; null where several were typed, or a number. */
export function beginningOf(text: string): string | null {
  const [word, second] = text.replaceAll('\0', '').trim().split(/\s+/)
  if (!word || second !== undefined || PART_OF_NUMBER.test(word)) return null
  return plainLetters(word) || null
}

/** The words to be found, each in the spellings under which it may be stored. */
export function searchTerms(text: string, country: string): string[][] {
  const terms: string[][] = []
  let number: string[] = []
  const words = text.replaceAll('\0', '').split(/\s+/).filter(Boolean)
  for (const [index, word] of words.entries()) {
    if (!PART_OF_NUMBER.test(word)) {
      terms.push(spellingsOf(word))
      continue
    }
    // “0491 570 156” is one number, not three.
    number.push(word)
    if (PART_OF_NUMBER.test(words[index + 1] ?? '')) continue
    terms.push([digitsOf(number.join(' '), country)])
    number = []
  }
  return terms
}

function spellingsOf(word: string): string[] {
  const inNames = plainLetters(word)
  const inAddress = word.toLowerCase()
  return [...new Set([inNames, inAddress])].filter(Boolean)
}

/** As numbers are stored, with the country's code: only a whole number tells which prefixes go. */
function digitsOf(text: string, country: string): string {
  const phone = parsePhone(text, country, 'any')
  if ('number' in phone) return phone.number.slice(1)
  const digits = text.replace(/\D/g, '')
  return digits.replace(/^0+/, '') || digits
}

function patternFor(spelling: string): string {
  const literal = spelling.replace(/[\\%_]/g, '\\$&')
  return [...spelling].length < INNER_PART_MIN_LENGTH ? `% ${literal}%` : `%${literal}%`
}
