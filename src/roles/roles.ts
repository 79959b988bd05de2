import type { Role } from '../database/schema.ts'
import { roles } from '../words/en/roles.ts'
import { type Grant, PERMISSION_TABLE, type Permission, ROLE_NAMES } from './permissions.ts'

export { type Permission, ROLE_NAMES, type Role }

export interface RoleDescription {
  label: string
  /** What the role is for, in one line. */
  explanation: string
  /** Tells someone who has just joined what they can do. */
  welcome: string
}

export const ROLES: Record<Role, RoleDescription> = roles.roles

/** For use in a sentence, such as “an administrator and practitioner”. */
export function withArticle({ role, isPractitioner }: { role: Role; isPractitioner: boolean }): string {
  const words = `${/^[aeiou]/.test(role) ? 'an' : 'a'} ${role}`
  return isPractitioner && role !== 'practitioner' ? `${words} and practitioner` : words
}

export function isRole(name: unknown): name is Role {
  return (ROLE_NAMES as readonly unknown[]).includes(name)
}

/** The fields the permission rules need. */
export interface RoleHolder {
  id: string
  clinicId: string
  role: Role
  isOwner: boolean
}

/** A permission granted to owners takes both: a role that can have it, and being an owner. */
export function can(actor: { role: Role; isOwner?: boolean }, permission: Permission): boolean {
  const grant = GRANTS.get(permission)?.[ROLE_NAMES.indexOf(actor.role)]
  return grant === 'yes' || (grant === 'owner' && actor.isOwner === true)
}

/** In the order of the table, which begins with the role that can do most. */
export function isHigher(role: Role, other: Role): boolean {
  return ROLE_NAMES.indexOf(role) < ROLE_NAMES.indexOf(other)
}

/** The roles that can have the permission. */
export function rolesWith(permission: Permission): Role[] {
  return ROLE_NAMES.filter((role) => can({ role, isOwner: true }, permission))
}

/** The roles that a person can grant, when adding or editing someone. */
export function assignableRoles(actor: { role: Role }): Role[] {
  return can(actor, 'users.add') ? [...ROLE_NAMES] : []
}

export function canManage(
  actor: RoleHolder,
  target: RoleHolder,
  permission: Permission = 'users.edit',
): boolean {
  if (actor.clinicId !== target.clinicId || !can(actor, permission)) return false
  return !target.isOwner || can(actor, 'clinic.ownership')
}

/** A deactivated person, one who hasn't joined, or one with no access today, has no rights, whatever their role. */
export interface Member extends RoleHolder {
  joinedAt: Date | null
  deactivatedAt: Date | null
  /** Where their dates count: read with them, by the clinic's day. */
  hasAccess?: boolean
}

export function isActive({
  joinedAt,
  deactivatedAt,
  hasAccess = true,
}: Pick<Member, 'joinedAt' | 'deactivatedAt' | 'hasAccess'>): boolean {
  return joinedAt !== null && deactivatedAt === null && hasAccess
}

/** Whether this person's invitation is valid: only while they could send it with its role. */
export function mayInvite(inviter: Member, invitee: RoleHolder): boolean {
  if (!isActive(inviter) || !canManage(inviter, invitee, 'users.invite')) return false
  return assignableRoles(inviter).includes(invitee.role)
}

/** Whether this person's email change request is valid: always for themselves, for others while they can manage them. */
export function mayChangeEmail(requester: Member, user: RoleHolder): boolean {
  return requester.id === user.id || (isActive(requester) && canManage(requester, user))
}

const GRANTS = new Map<Permission, readonly Grant[]>(
  PERMISSION_TABLE.flatMap((area) => area.actions).flatMap(({ permission, may }) =>
    permission ? [[permission, may]] : [],
  ),
)
