import { ClinicName } from '../clinics/fields.ts'
import type { FieldProblem } from '../refusal.ts'
import { Password } from '../sessions/password-fields.ts'
import { passwordProblems } from '../sessions/password-rules.ts'
import { NameField, TimeZone } from '../users/fields.ts'
import { LastNameFields, lastNameProblems } from '../users/last-name.ts'
import type { Fields } from '../web/forms.ts'
import { words } from '../words/en.ts'

/** Of a clinic and its first administrator; their email is typed, or known from an invitation. */
export const FIRST_RUN_FIELDS = {
  clinicName: ClinicName,
  timeZone: TimeZone,
  firstName: NameField(words.setUp.enterFirstName),
  ...LastNameFields,
  password: Password,
}

export function firstRunProblems(fields: Fields): FieldProblem[] {
  const text = (field: string) => String(fields[field] ?? '')
  const owner = {
    ...{ firstName: text('firstName'), lastName: text('lastName') },
    ...{ email: text('email'), clinicName: text('clinicName') },
  }
  return [...lastNameProblems(fields), ...passwordProblems(text('password'), owner, null)]
}
