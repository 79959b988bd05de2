import { sql } from 'kysely'
import { hasAccessToday } from '../clinics/access-dates.ts'
import type { Transaction } from '../database/database.ts'
import type { Id, User } from '../database/schema.ts'
import { Refusal } from '../refusal.ts'
import { can, canManage, type Permission, rolesWith } from './roles.ts'

/** Whoever has it is an administrator; a clinic must never be without one. */
const ADMINISTERS: Permission = 'users.edit'

/**
 * Locks the active administrators of a clinic, and whoever else has the permission, in one order everywhere, so that two
 * acts at once cannot each count on the other's administrator. Everything that takes somebody's access away begins with
 * it. Not `for update`: that would also hold up the foreign keys of those who are adding people meanwhile, and end in a
 * deadlock over the counts.
 */
export async function lockAdministrators(
  trx: Transaction,
  clinicId: Id,
  permission: Permission = ADMINISTERS,
): Promise<User[]> {
  return trx
    .selectFrom('users')
    .selectAll()
    .where('clinicId', '=', clinicId)
    .where('role', 'in', [...rolesWith(ADMINISTERS), ...rolesWith(permission)])
    .where('joinedAt', 'is not', null)
    .where('deactivatedAt', 'is', null)
    .where(hasAccessToday())
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
}

type ProtectedBy =
  | 'ownersOnly'
  | 'lastAdministrator'
  | 'lastLastingAdministrator'
  | 'lastOwner'
  | 'ownerIsAdministrator'
  | 'ownerHasNoDates'

/** A change that would leave the clinic without someone it needs, or that only an owner can make; recorded as an event. */
export class ProtectedUser extends Refusal {
  override readonly event: Refusal['event']

  constructor({ id, firstName: name }: Pick<User, 'id' | 'firstName'>, code: ProtectedBy, field = 'form') {
    super(field, code, { name })
    this.event = { action: 'managing.refused', subjectId: id, after: { reason: code } }
  }
}

export class OwnersOnly extends ProtectedUser {
  constructor(person: Pick<User, 'id' | 'firstName'>) {
    super(person, 'ownersOnly')
  }
}

/** The acting person lost the right or was deactivated after the page was opened. */
export class NoLongerAllowed extends Refusal {
  constructor() {
    super('form', 'noLongerAllowed')
  }
}

export interface Managed {
  actor: User
  target: User
  administrators: User[]
}

/** Reads and locks both the acting administrator and the person: rights may have changed since the page was opened. */
export async function lockForManaging(
  trx: Transaction,
  actor: { clinicId: Id; userId: Id },
  id: Id,
  permission: Permission,
): Promise<Managed> {
  const locked = await lockAdministrators(trx, actor.clinicId, permission)
  const acting = locked.find((user) => user.id === actor.userId)
  const target = await trx
    .selectFrom('users')
    .selectAll()
    .where('clinicId', '=', actor.clinicId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!acting || !target || !can(acting, permission)) throw new NoLongerAllowed()
  if (!canManage(acting, target, permission)) throw new OwnersOnly(target)
  return { actor: acting, target, administrators: locked.filter((user) => can(user, ADMINISTERS)) }
}

/** Reads and locks the acting person, so that a right being taken away can't be used once more. */
export async function lockActor(
  trx: Transaction,
  actor: { clinicId: Id; userId: Id },
  permission: Permission,
): Promise<User> {
  const user = await actingUser(trx, actor).forShare().executeTakeFirst()
  if (!user || !can(user, permission)) throw new NoLongerAllowed()
  return user
}

/** The active acting person's row, to be locked as strongly as needed. */
export function actingUser(trx: Transaction, actor: { clinicId: Id; userId: Id }) {
  return trx
    .selectFrom('users')
    .selectAll()
    .where('clinicId', '=', actor.clinicId)
    .where('id', '=', actor.userId)
    .where('joinedAt', 'is not', null)
    .where('deactivatedAt', 'is', null)
    .where(hasAccessToday())
}

/** Who would be left without the person, and stays: the last one can't go. */
export function refuseLast({ target, administrators }: Managed, field?: string): void {
  const others = administrators.filter((user) => user.id !== target.id)
  if (can(target, ADMINISTERS) && !others.some(({ accessUntil }) => accessUntil === null)) {
    const code = others.length > 0 ? 'lastLastingAdministrator' : 'lastAdministrator'
    throw new ProtectedUser(target, code, field)
  }
  if (target.isOwner && !others.some((user) => user.isOwner)) {
    throw new ProtectedUser(target, 'lastOwner')
  }
}

export const now = sql<Date>`now()`
