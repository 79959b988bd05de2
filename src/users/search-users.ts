import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { plainLetters } from './names.ts'
import { nationalDigits } from './phone-number.ts'

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

/** One name and the beginning of the other, or of the only one, as names are sorted; null for what is no such thing. */
export function beginningOf(text: string): string | null {
  const words = wordsOf(text)
  if (words.length > 2 || words.some((word) => PART_OF_NUMBER.test(word))) return null
  return words.map(plainLetters).filter(Boolean).join('\t') || null
}

/** The words to be found, each in the spellings under which it may be stored. */
export function searchTerms(text: string, country: string): string[][] {
  const terms: string[][] = []
  let number: string[] = []
  const words = wordsOf(text)
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

function wordsOf(text: string): string[] {
  return text.replaceAll('\0', '').split(/\s+/).filter(Boolean)
}

function spellingsOf(word: string): string[] {
  const inNames = plainLetters(word)
  const inAddress = word.toLowerCase()
  return [...new Set([inNames, inAddress])].filter(Boolean)
}

/** Without what goes before a number, at home or from abroad; its country's code, which most have, would cost the index more. */
function digitsOf(text: string, country: string): string {
  const whole = nationalDigits(text, country)
  if (whole) return whole
  const digits = text.replace(/\D/g, '')
  return digits.replace(/^0+/, '') || digits
}

function patternFor(spelling: string): string {
  const literal = spelling.replace(/[\\%_]/g, '\\$&')
  return [...spelling].length < INNER_PART_MIN_LENGTH ? `% ${literal}%` : `%${literal}%`
}
