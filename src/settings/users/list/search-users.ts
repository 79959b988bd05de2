import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Schema } from '../../../database/schema.ts'
import { plainLetters } from '../../../users/names.ts'
import { nationalDigits } from '../../../users/phone-number.ts'
import { isPartOfNumber, isUnspaced, namesBesideDot, namesWithin, searchWords } from './search-words.ts'

/** Shorter words match only at the start of a word, because a trigram index can't find them elsewhere. */
const INNER_PART_MIN_LENGTH = 3

/** Everyone whose names, email and phone numbers contain all of the words, in any order. */
export function matchesSearch(text: string, country: string) {
  return matchesPatterns(searchPatterns(text, country))
}

export function matchesPatterns(patterns: string[][]) {
  return (eb: ExpressionBuilder<Schema, 'users'>): Expression<SqlBool> =>
    eb.and(
      patterns.map((spellings) =>
        eb.or(spellings.map((spelling) => sql<SqlBool>`search_text like ${spelling}`)),
      ),
    )
}

/** For each word, what every spelling of it looks like to `like`. */
export function searchPatterns(text: string, country: string): string[][] {
  return searchTerms(text, country).map((spellings) => spellings.map(patternFor))
}

/** Sort-name prefix for a query of one or two words; null otherwise. */
export function beginningOf(text: string): string | null {
  const words = searchWords(text)
  if (words.length > 2 || words.some(isPartOfNumber)) return null
  return words.map(plainLetters).filter(Boolean).join('\t') || null
}

/** The words to find, each in every spelling that might be stored. */
export function searchTerms(text: string, country: string): string[][] {
  return runsOf(searchWords(text)).map((run) => {
    const [first = ''] = run
    // “0491 570 156” is one number, not three.
    if (isPartOfNumber(first)) return [digitsOf(run.join(' '), country)]
    const names = isUnspaced(first) ? namesWithin(run.join('')) : namesBesideDot(first)
    return names.flatMap(spellingsOf)
  })
}

/** Parts of one number, or of one name without spaces, belong together; other words are separate. */
function runsOf(words: string[]): string[][] {
  const runs: string[][] = []
  for (const word of words) {
    const [last] = runs.at(-1) ?? []
    const continuesRun = last !== undefined && [isPartOfNumber, isUnspaced].some((is) => is(last) && is(word))
    if (continuesRun) runs.at(-1)?.push(word)
    else runs.push([word])
  }
  return runs
}

function spellingsOf(word: string): string[] {
  const inNames = plainLetters(word)
  const inEmail = word.toLowerCase()
  return [...new Set([inNames, inEmail])].filter(Boolean)
}

/** Without prefixes: most numbers share the country code, which would slow down the index. */
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
