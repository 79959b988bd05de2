import { type FieldProblem, inWords, type Problem, problem } from '../refusal.ts'
import { words } from '../words/en.ts'
import { isCommonPassword, isMadeOf } from './common-passwords.ts'

const PASSWORD_MIN_LENGTH = 15
export const PASSWORD_MAX_LENGTH = 128

/** Shown wherever a password is chosen. */
export const PASSWORD_RULES = words.passwords.rules({ limit: PASSWORD_MIN_LENGTH })

interface PasswordOwner {
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
export function passwordProblem(password: string, owner: PasswordOwner): Problem | null {
  const length = [...password.normalize('NFC')].length
  if (length < PASSWORD_MIN_LENGTH)
    return problem('password', 'passwordTooShort', { limit: PASSWORD_MIN_LENGTH, length })
  if (length > PASSWORD_MAX_LENGTH)
    return problem('password', 'passwordTooLong', { limit: PASSWORD_MAX_LENGTH, length })
  if (isCommonPassword(password)) return problem('password', 'passwordCommon')
  return isMadeOf(password, [...wordsOf(owner), ...PRODUCT_WORDS]) ? problem('password', 'passwordOwn') : null
}

/** For a form; the schema handles a missing or repeated password. */
export function passwordProblems(password: unknown, owner: PasswordOwner): FieldProblem[] {
  const found = typeof password === 'string' && password ? passwordProblem(password, owner) : null
  return found ? [inWords(found)] : []
}

function wordsOf({ firstName, lastName, email, clinicName }: PasswordOwner): string[] {
  const whole = [`${firstName}${lastName}`, `${lastName}${firstName}`, email, clinicName]
  const parts = [firstName, lastName, clinicName, email].flatMap((text) => text.split(/[\s.@_+-]+/))
  return [...whole, ...parts].filter((word) => [...word].length >= MIN_WORD_LENGTH)
}
