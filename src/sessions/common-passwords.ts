import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/**
 * One line for each password of 15 or more characters among the million commonest of Mark Burnett's public ten million, and of
 * 10 to 14 among the hundred thousand that the NCSC published from Have I Been Pwned: the first 48 bits of its SHA-256, because some were somebody's telephone number or an insult.
 */
const LIST_FILE = new URL('./common-passwords.txt', import.meta.url)
const KEY_LENGTH = 8

/** Fewer than this many characters left, besides what guessers try first, is too few. */
const MIN_UNGUESSED_LENGTH = 8

const COMMON_WORDS =
  `password passwort passw0rd passwd pass1234 secret letmein welcome login admin administrator account access
  master user guest default changeme temp test hello trustno iloveyou lovely love forever princess queen king angel
  baby sweet honey sunshine summer winter spring autumn monday tuesday wednesday thursday friday saturday sunday
  january february march april june july august september october november december football baseball basketball
  soccer hockey liverpool chelsea arsenal barcelona yankees monkey dragon tiger lion eagle falcon horse shadow
  superman batman spiderman starwars pokemon naruto minecraft matrix ninja killer hunter ranger warrior soldier
  michael jordan jennifer jessica ashley daniel charlie thomas robert andrew joshua matthew george hannah nicole
  computer internet google facebook samsung microsoft windows apple android mustang ferrari mercedes harley
  chocolate cookie cheese banana orange pepper ginger purple silver golden diamond freedom whatever nothing
  something blessed jesus heaven happy lucky money power magic music qwerty qwertz azerty asdf zxcv zaq1 1q2w3e4r
  1qaz 2wsx 3edc 4rfv 5tgb 6yhn q1w2e3r4 abc123 correcthorsebatterystaple doctor nurse patient health medical clinic
  hospital therapy physio dental family practice company office work home dog cat my the and you`
    .split(/\s+/)
    .sort(byLength)

const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
]
const SEQUENCES = [...ROWS, 'zxcvbnm', '!@#$%^&*()', '1qaz2wsx3edc4rfv5tgb6yhn7ujm', 'qazwsxedcrfvtgbyhnujm']
  .flatMap((row) => [row, [...row].reverse().join('')])
  .join(' ')
const MIN_SEQUENCE_LENGTH = 4

const LOOKALIKES: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '!': 'i',
  '3': 'e',
  '4': 'a',
  '@': 'a',
  '5': 's',
}

/** Whether guessers would try it first, ignoring case and spaces. */
export function isCommonPassword(password: string): boolean {
  const plain = plainText(password)
  const stem = plain.replace(/[^\p{L}]+$/u, '')
  return isListed(plain) || isListed(stem) || repeatsItself(plain) || isMadeOf(password, [])
}

/** Whether it's almost entirely these words, common words, years, keyboard patterns and repeated letters. */
export function isMadeOf(password: string, words: string[]): boolean {
  const known = [...words.map(plainText).sort(byLength), ...COMMON_WORDS]
  const plain = plainText(password)
  const spelled = plain.replace(/[^a-z]/g, (sign) => LOOKALIKES[sign] ?? sign).replaceAll('$', 's')
  return [plain, spelled].some((text) => unguessedLength(text, known) < MIN_UNGUESSED_LENGTH)
}

/** Ignores case, accents and spaces. */
export function plainText(text: string): string {
  const letters = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '')
  return letters.toLowerCase().replace(/[\s._'’-]/g, '')
}

/** A password's entry in the list. */
export function listKey(plain: string): string {
  return createHash('sha256').update(plain).digest('base64url').slice(0, KEY_LENGTH)
}

let list: string | undefined

function isListed(plain: string): boolean {
  list ??= readFileSync(LIST_FILE, 'utf8')
  return list.includes(`${listKey(plain)}\n`)
}

function unguessedLength(text: string, known: string[]): number {
  const rest = known.reduce((rest, word) => (word ? rest.replaceAll(word, '\n') : rest), text)
  return withoutSequences(rest.replace(/(?:19|20)\d\d|(.)\1{2,}/gu, '\n')).length
}

function withoutSequences(text: string): string {
  let rest = ''
  for (let at = 0; at < text.length; ) {
    let length = 1
    while (at + length < text.length && SEQUENCES.includes(text.slice(at, at + length + 1))) length++
    if (length < MIN_SEQUENCE_LENGTH) length = 1
    if (length === 1) rest += text[at]
    at += length
  }
  return rest.replaceAll('\n', '')
}

function repeatsItself(plain: string): boolean {
  for (let period = 1; period <= plain.length / 2 && period < 15; period++) {
    if (plain.slice(period) === plain.slice(0, -period)) return true
  }
  return false
}

function byLength(a: string, b: string): number {
  return b.length - a.length
}
