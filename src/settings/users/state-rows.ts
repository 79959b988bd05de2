import type { User } from '../../database/schema.ts'
import { ROLES } from '../../roles/roles.ts'
import { fullName } from '../../users/names.ts'

/** Confirmation rows for deactivating or reactivating someone, including what it costs. */
export function stateRows(user: User) {
  const practitioner = user.isPractitioner ? 'Yes (charged for while active)' : 'No (free)'
  const rows = [
    { label: 'Name', value: fullName(user) },
    { label: 'Email', value: user.email },
    { label: 'Security role', value: ROLES[user.role].label },
    { label: 'Practitioner', value: practitioner },
  ]
  return rows.map((row) => ({ ...row, field: 'form' }))
}
