export const ROLE_NAMES = [
  'administrator',
  'power receptionist',
  'receptionist',
  'scheduler',
  'bookkeeper',
  'practitioner',
] as const

export type Role = (typeof ROLE_NAMES)[number]

export type Permission = 'users.list' | 'users.add' | 'users.show' | 'users.invite' | 'roles.show'

/** STUB, a helper fills this in. */
export function can(actor: { role: Role }, _permission: Permission): boolean {
  return actor.role === 'administrator'
}

export function assignableRoles(actor: { role: Role }): Role[] {
  return actor.role === 'administrator' ? [...ROLE_NAMES] : []
}
