import type { Database } from '../../database/database.ts'
import type { User } from '../../database/schema.ts'
import { isHigher, ROLES } from '../../roles/roles.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import type { Details } from '../../users/details.ts'
import { fullName } from '../../users/names.ts'
import { shownField } from '../../users/shown-fields.ts'
import { words } from '../../words/en.ts'
import { DATE_FIELDS, USER_FIELDS } from '../../words/user-fields.ts'
import { stopsRow } from './stops.ts'

const said = words.users.edit

/** Of a change in what somebody may do, or when; null for any other. */
export async function editConfirmation(
  db: Database,
  user: User,
  before: Details,
  after: Details,
): Promise<Confirmation | null> {
  const role = after.role === user.role ? [] : await roleRows(db, user, after)
  const dates = dateRows(user, before, after)
  if (role.length + dates.length === 0) return null
  const name = user.firstName
  const consequences = [
    role.length > 0 && said.role.consequence({ name }),
    dateConsequence(name, dates, after),
  ]
  return {
    heading: (role.length > 0 ? said.role : said.dates).heading({ name: fullName(user) }),
    consequence: consequences.filter(Boolean).join(' '),
    rows: [...role, ...dates],
    button: said.button,
    asksForCode: isHigher(after.role, user.role),
  }
}

async function roleRows(db: Database, user: User, { role }: Details): Promise<Confirmation['rows']> {
  return [
    { label: said.role.now, value: ROLES[user.role].label, field: 'role' },
    { label: said.role.next, value: ROLES[role].label, field: 'role' },
    { label: said.role.allows, value: ROLES[role].explanation, field: 'role' },
    ...(await stopsRow(db, user, { role }, 'role')),
  ]
}

function dateRows({ email }: User, before: Details, after: Details): Confirmation['rows'] {
  return DATE_FIELDS.filter((field) => before[field] !== after[field]).map((field) => {
    const [old, now] = [before, after].map((details) => shownField(field, { ...details, email }, ''))
    const value = said.dates.changed({ old: old ?? null, now: now ?? null })
    return { label: USER_FIELDS[field].label, value, field }
  })
}

function dateConsequence(name: string, rows: unknown[], { accessFrom, accessUntil }: Details): string {
  if (rows.length === 0) return ''
  return accessFrom || accessUntil ? said.dates.consequence({ name }) : said.dates.cleared({ name })
}
