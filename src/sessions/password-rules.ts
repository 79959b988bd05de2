import type { ClinicHere } from '../clinics/clinics.ts'
import { type FieldProblem, inWords, type Problem, problem } from '../refusal.ts'
import { words } from '../words/en.ts'
import { isCommonPassword, isMadeOf } from './common-passwords.ts'

/** NIST SP 800-63B-4: of a password alone, and of one that is always the first of two steps. */
const PASSWORD_MIN_LENGTH = 15
const FIRST_STEP_MIN_LENGTH = 10
export const PASSWORD_MAX_LENGTH = 128

/** The clinic's rule for the second step; null before there is a clinic. */
type Clinic = Pick<ClinicHere, 'twoStepNow'> | null

/** Shown wherever a password is chosen. */
export function passwordRules(clinic: Clinic): readonly string[] {
  return words.passwords.rules({ limit: minLength(clinic) })
}

function minLength(clinic: Clinic): number {
  return clinic?.twoStepNow === 'everybody' ? FIRST_STEP_MIN_LENGTH : PASSWORD_MIN_LENGTH
}

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
export function passwordProblem(
  password: string,
  owner: PasswordOwner,
  clinic: Clinic = null,
): Problem | null {
  const limit = minLength(clinic)
  const length = [...password.normalize('NFC')].length
  if (length < limit) return problem('password', 'passwordTooShort', { limit, length })
  if (length > PASSWORD_MAX_LENGTH)
    return problem('password', 'passwordTooLong', { limit: PASSWORD_MAX_LENGTH, length })
  if (isCommonPassword(password)) return problem('password', 'passwordCommon')
  return isMadeOf(password, [...wordsOf(owner), ...PRODUCT_WORDS]) ? problem('password', 'passwordOwn') : null
}

/** For a form; the schema handles a missing or repeated password. */
export function passwordProblems(password: unknown, owner: PasswordOwner, clinic: Clinic): FieldProblem[] {
  const found = typeof password === 'string' && password ? passwordProblem(password, owner, clinic) : null
  return found ? [inWords(found)] : []
}

function wordsOf({ firstName, lastName, email, clinicName }: PasswordOwner): string[] {
  const whole = [`${firstName}${lastName}`, `${lastName}${firstName}`, email, clinicName]
  const parts = [firstName, lastName, clinicName, email].flatMap((text) => text.split(/[\s.@_+-]+/))
  return [...whole, ...parts].filter((word) => [...word].length >= MIN_WORD_LENGTH)
}
