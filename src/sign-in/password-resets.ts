import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { accessClosed, hasAccessToday } from '../clinics/access-dates.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Clinic, Id, User } from '../database/schema.ts'
import { type Links, linkIdOf, openedIdOf, tokenMatches } from '../emails/links.ts'
import { queueEmail } from '../emails/outbox.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { resendSameInvitation } from '../invitations/resend-same.ts'
import { can } from '../roles/roles.ts'
import { fingerprint } from '../sessions/password-fingerprint.ts'
import { setPassword } from '../sessions/set-password.ts'
import { findUserByEmail } from '../users/users.ts'

export const RESET_VALID_MINUTES = 30

type From = Pick<Actor, 'ip' | 'userAgent'>

/**
 * Somebody forgot the password of this address, or says so. Active people get a link, invited ones their invitation
 * once more, everybody else nothing, nor anyone on a day on which they have no access; the caller learns nothing about which.
 */
export async function requestPasswordReset(
  db: Database,
  clinic: Pick<Clinic, 'id'>,
  email: string,
  from: From,
): Promise<void> {
  const found = await findUserByEmail(db, clinic.id, email)
  const actor = { clinicId: clinic.id, userId: null, ...from }
  await db.transaction().execute(async (trx) => {
    // Lock first: inserting an event takes a weaker lock on the person, and two requests at once would deadlock.
    const user = await lockUser(trx, clinic.id, found?.id ?? '0')
    await recordEvent(trx, actor, { action: 'password.reset-requested', subjectId: found?.id ?? null })
    if (!user || user.deactivatedAt) return
    const closed = await accessClosed(trx, user)
    if (!user.joinedAt && closed !== 'ended') await resendSameInvitation(trx, user)
    if (user.joinedAt && !closed) await sendPasswordReset(trx, user)
  })
}

/** Emails a new link, in the caller's transaction; an administrator may have requested it. */
export async function sendPasswordReset(
  trx: Transaction,
  user: Pick<User, 'id' | 'clinicId' | 'email'>,
  requestedBy: Id | null = null,
): Promise<void> {
  const { clinicId, id: userId, email } = user
  const reset = await trx
    .insertInto('passwordResets')
    .columns(['clinicId', 'userId', 'email', 'passwordFingerprint', 'nonce', 'expiresAt', 'requestedBy'])
    .expression((eb) =>
      eb
        .selectFrom('users')
        .select(['clinicId', 'id', 'email'])
        .select([fingerprint.as('fingerprint'), eb.val(randomBytes(32)).as('nonce')])
        .select(sql<Date>`now() + make_interval(mins => ${RESET_VALID_MINUTES})`.as('expiresAt'))
        .select(sql<Id | null>`${requestedBy}::bigint`.as('requestedBy'))
        .where('clinicId', '=', clinicId)
        .where('id', '=', userId),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  await queueEmail(trx, {
    clinicId,
    userId,
    recipient: email,
    passwordResetId: reset.id,
    kind: 'password reset',
  })
}

export interface OpenReset {
  state: 'open'
  reset: ResetDetails
  isForAdministrator: boolean
}

/** What a link refers to now. */
export type ResetState =
  | OpenReset
  | { state: 'used' | 'expired' | 'closed'; isForAdministrator: boolean }
  | { state: 'unknown' }

export async function readReset(db: Database, { clinicId, keys }: Links, token: string): Promise<ResetState> {
  const id = linkIdOf(token) ?? openedIdOf(token)
  const reset = id && (await findReset(db, { clinicId, id }))
  if (!reset || !tokenMatches(keys, 'password reset', reset, token)) return { state: 'unknown' }
  const isForAdministrator = can(reset, 'users.edit')
  if (reset.usedAt) return { state: 'used', isForAdministrator }
  if (reset.isExpired) return { state: 'expired', isForAdministrator }
  return reset.isCurrent
    ? { state: 'open', reset, isForAdministrator }
    : { state: 'closed', isForAdministrator }
}

/** Sets the new password once, however many submit at the same time. False if the link no longer works. */
export async function resetPassword(
  db: Database,
  { reset }: OpenReset,
  passwordHash: string,
  from: From,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const user = await lockUser(trx, reset.clinicId, reset.userId)
    if (!user || !(await findReset(trx, reset))?.isCurrent) return false
    const used = await trx
      .updateTable('passwordResets')
      .set({ usedAt: sql`now()` })
      .where('clinicId', '=', reset.clinicId)
      .where('id', '=', reset.id)
      .where('usedAt', 'is', null)
      .where('expiresAt', '>', sql<Date>`now()`)
      .executeTakeFirst()
    if (used.numUpdatedRows === 0n) return false
    const actor = { clinicId: user.clinicId, userId: user.id, ...from }
    await setPassword(trx, actor, user, passwordHash, 'password.reset')
    return true
  })
}

/** A link stops working when the person is deactivated, has no access, or their address or password changes. */
const isCurrent = sql<boolean>`
  users.deactivated_at is null
  and ${hasAccessToday()}
  and users.email = password_resets.email
  and ${fingerprint} = password_resets.password_fingerprint`

type ResetDetails = NonNullable<Awaited<ReturnType<typeof findReset>>>

export function findReset(db: Database | Transaction, { clinicId, id }: { clinicId: Id; id: Id }) {
  return db
    .selectFrom('passwordResets')
    .innerJoin('users', (join) =>
      join
        .onRef('users.clinicId', '=', 'passwordResets.clinicId')
        .onRef('users.id', '=', 'passwordResets.userId'),
    )
    .innerJoin('clinics', 'clinics.id', 'passwordResets.clinicId')
    .leftJoin('users as requester', (join) =>
      join
        .onRef('requester.clinicId', '=', 'passwordResets.clinicId')
        .onRef('requester.id', '=', 'passwordResets.requestedBy'),
    )
    .selectAll('passwordResets')
    .select([
      'users.firstName',
      'users.lastName',
      'users.role',
      'users.timeZone',
      'clinics.name as clinicName',
    ])
    .select(['requester.firstName as requesterFirstName', 'requester.lastName as requesterLastName'])
    .select(sql<boolean>`expires_at <= now()`.as('isExpired'))
    .select(isCurrent.as('isCurrent'))
    .where('passwordResets.clinicId', '=', clinicId)
    .where('passwordResets.id', '=', id)
    .executeTakeFirst()
}

function lockUser(trx: Transaction, clinicId: Id, id: Id): Promise<User | undefined> {
  const user = trx.selectFrom('users').selectAll().where('clinicId', '=', clinicId).where('id', '=', id)
  return user.forUpdate().executeTakeFirst()
}
