import type { RowAnswers } from '../../database/import-schema.ts'
import type { NewUser } from '../users/add-user.ts'
import { type NewUserAnswers, newUserFrom } from '../users/new-user-form.ts'
import { readPhoneCell } from './phone-cell.ts'

/** The person that a valid row describes. */
export function userFrom(
  { phoneNumbers = '', ...answers }: RowAnswers,
  me: { country: string; timeZone: string },
): NewUser {
  const person = newUserFrom(answers as unknown as NewUserAnswers, me)
  const [mobile] = person.phoneNumbers
  const others = readPhoneCell(phoneNumbers, me.country).phones
  return {
    ...person,
    phoneNumbers: [...person.phoneNumbers, ...others.filter(({ number }) => number !== mobile?.number)],
  }
}
