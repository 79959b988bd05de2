import type { User } from '../../database/schema.ts'
import { ROLES } from '../../roles/roles.ts'
import { fullName } from '../../users/names.ts'
import { words } from '../../words/en.ts'
import { USER_FIELDS } from '../../words/user-fields.ts'

/** Confirmation rows for deactivating or reactivating someone, including what it costs. */
export function stateRows(user: User) {
  const rows = [
    { label: words.users.name, value: fullName(user) },
    { label: USER_FIELDS.email.label, value: user.email },
    { label: USER_FIELDS.role.label, value: ROLES[user.role].label },
    { label: USER_FIELDS.isPractitioner.label, value: words.users.billed(user) },
  ]
  return rows.map((row) => ({ ...row, field: 'form' }))
}
