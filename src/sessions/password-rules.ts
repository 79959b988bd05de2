import type { FieldProblem } from '../refusal.ts'
import { isCommonPassword, isMadeOf } from './common-passwords.ts'

export const PASSWORD_MIN_LENGTH = 15
export const PASSWORD_MAX_LENGTH = 128

/** Shown wherever a password is chosen. */
export const PASSWORD_RULES: readonly string[] = [
  `At least ${PASSWORD_MIN_LENGTH} characters: four or five unrelated words are easy to remember.`,
  'Any letters, digits, signs and spaces will do.',
  'No password that many people use, and none made of your name, email address or clinic.',
]

export interface PasswordOwner {
  firstName: string
  lastName: string
  email: string
  clinicName: string
}

const PRODUCT_WORDS = [
  'frontdesk',
  'front desk',
  'reception',
  'receptionist',
  'scheduler',
  'bookkeeper',
  'practitioner',
  'invitation',
]
const MIN_WORD_LENGTH = 3

/** What's wrong with a new password and how to fix it; or null. */
export function passwordProblem(password: string, owner: PasswordOwner): string | null {
  const length = [...password.normalize('NFC')].length
  if (length < PASSWORD_MIN_LENGTH) {
    return `Use at least ${PASSWORD_MIN_LENGTH} characters. This password has ${length}.`
  }
  if (length > PASSWORD_MAX_LENGTH) {
    return `Use at most ${PASSWORD_MAX_LENGTH} characters. This password has ${length}.`
  }
  if (isCommonPassword(password)) {
    return 'This password is among the first that are guessed. Use four or five words that have nothing to do with each other.'
  }
  if (isMadeOf(password, [...wordsOf(owner), ...PRODUCT_WORDS])) {
    return 'This password is made of your name, your email address or the clinic. Add words that have nothing to do with them.'
  }
  return null
}

/** For a form; the schema handles a missing or repeated password. */
export function passwordProblems(password: unknown, owner: PasswordOwner): FieldProblem[] {
  const message = typeof password === 'string' && password ? passwordProblem(password, owner) : null
  return message ? [{ field: 'password', message }] : []
}

function wordsOf({ firstName, lastName, email, clinicName }: PasswordOwner): string[] {
  const whole = [`${firstName}${lastName}`, `${lastName}${firstName}`, email, clinicName]
  const parts = [firstName, lastName, clinicName, email].flatMap((text) => text.split(/[\s.@_+-]+/))
  return [...whole, ...parts].filter((word) => [...word].length >= MIN_WORD_LENGTH)
}
