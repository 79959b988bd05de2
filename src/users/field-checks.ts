import { isTimeZone } from '../clinics/time-zones.ts'
import { lineProblem } from '../words/typed-text.ts'
import { USER_FIELDS } from '../words/user-fields.ts'
import { emailProblem } from './email-rules.ts'
import { nameProblem } from './names.ts'

/** Formats that a schema may name. Each says what is wrong with a text, or null. */
export const CHECKS = {
  'person-name': nameProblem,
  'email-address': emailProblem,
  line: lineProblem,
  'time-zone': (text: string) => (isTimeZone(text) ? null : USER_FIELDS.timeZone.missing),
} as const
