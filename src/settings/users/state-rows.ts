import type { User } from '../../database/schema.ts'
import { ROLES } from '../../roles/roles.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { fullName } from '../../users/names.ts'
import { words } from '../../words/en.ts'
import { USER_FIELDS } from '../../words/user-fields.ts'

/** Whom a confirmation is about. */
export function whoRows(user: User): Confirmation['rows'] {
  return [
    { label: words.users.name, value: fullName(user), field: 'form' },
    { label: USER_FIELDS.email.label, value: user.email, field: 'form' },
  ]
}

/** For deactivating or reactivating someone, including what it costs. */
export function stateRows(user: User): Confirmation['rows'] {
  return [
    ...whoRows(user),
    { label: USER_FIELDS.role.label, value: ROLES[user.role].label, field: 'form' },
    { label: USER_FIELDS.isPractitioner.label, value: words.users.billed(user), field: 'form' },
  ]
}
