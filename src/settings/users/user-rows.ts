import type { User } from '../../database/schema.ts'
import type { PhoneEntry } from '../../users/phone-form.ts'
import { formatPhone } from '../../users/phone-number.ts'
import { shownField } from '../../users/shown-fields.ts'
import { type Dated, dated } from '../../words/dates.ts'
import { words } from '../../words/en.ts'
import { USER_FIELD_NAMES, USER_FIELDS, type UserFieldName } from '../../words/user-fields.ts'

interface UserRow {
  label: string
  value?: string
  href?: string
  hint?: string | null
  at?: Dated
}

interface Shown {
  user: User
  phoneNumbers: PhoneEntry[]
  emailHint: string | null
}

interface Viewer {
  country: string
  timeZone: string
}

/** Everything that a page says of a user, in the order of the table of fields. */
export function userRows(shown: Shown, { country, timeZone }: Viewer): UserRow[] {
  const { lastSignInAt } = shown.user
  const lastSignIn = lastSignInAt ? { at: dated(lastSignInAt, timeZone) } : { value: words.users.never }
  return [
    ...USER_FIELD_NAMES.flatMap((name) => rowsOf(name, shown, country)),
    { label: words.users.lastSignIn, ...lastSignIn },
  ]
}

function rowsOf(name: UserFieldName, { user, phoneNumbers, emailHint }: Shown, country: string): UserRow[] {
  const { label } = USER_FIELDS[name]
  const value = shownField(name, { ...user, phoneNumbers }, country)
  switch (name) {
    case 'hasOneName':
    case 'mobileNumber':
    case 'profession':
      return []
    case 'firstName':
      return [{ label: user.lastName ? label : words.users.name, value: user.firstName }]
    case 'email':
      return [{ label, value: user.email, hint: emailHint }]
    case 'phoneNumbers':
      return phoneNumbers.map((phone) => phoneRow(phone, country))
    case 'isPractitioner':
      return [{ label, value: [value, user.profession].filter(Boolean).join(', ') }]
    default:
      return value ? [{ label, value }] : []
  }
}

function phoneRow({ type, number }: PhoneEntry, country: string): UserRow {
  return { label: words.users.phones.label[type], value: formatPhone(number, country), href: `tel:${number}` }
}
