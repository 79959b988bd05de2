import { ROLES } from '../roles/roles.ts'
import { plainDay } from '../words/dates.ts'
import { users } from '../words/en/users.ts'
import { isTextField, type TextField, type UserFieldName } from '../words/user-fields.ts'
import type { Details } from './details.ts'
import { phoneWords } from './phone-form.ts'
import { formatPhone } from './phone-number.ts'

interface ShownUser extends Details {
  email: string
}

/** How fields other than plain text are shown; null if there's nothing to show. */
const SHOWN: Record<
  Exclude<UserFieldName, TextField>,
  (user: ShownUser, country: string) => string | null
> = {
  firstName: ({ firstName }) => firstName,
  lastName: ({ lastName }) => lastName || null,
  hasOneName: ({ lastName }) => yesOrNo(!lastName),
  email: ({ email }) => email,
  mobileNumber: ({ phoneNumbers }, country) => {
    const mobile = phoneNumbers.find(({ type }) => type === 'mobile')
    return mobile ? formatPhone(mobile.number, country) : null
  },
  phoneNumbers: ({ phoneNumbers }, country) => phoneWords(phoneNumbers, country) || null,
  timeZone: ({ timeZone }) => timeZone,
  role: ({ role }) => ROLES[role].label,
  isPractitioner: ({ isPractitioner }) => yesOrNo(isPractitioner),
  accessFrom: ({ accessFrom }) => accessFrom && plainDay(accessFrom),
  accessUntil: ({ accessUntil }) => accessUntil && plainDay(accessUntil),
}

/** The same words wherever a user is shown. */
export function shownField(name: UserFieldName, user: ShownUser, country: string): string | null {
  return isTextField(name) ? user[name] : SHOWN[name](user, country)
}

export function yesOrNo(is: boolean): string {
  return is ? users.yes : users.no
}
