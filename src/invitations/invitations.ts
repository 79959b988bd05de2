import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { accessClosed } from '../clinics/access-dates.ts'
import { refuseTooManyInvitations } from '../clinics/limits.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Id, User } from '../database/schema.ts'
import { blockOf } from '../emails/blocked-emails.ts'
import { queueEmail } from '../emails/outbox.ts'
import { type ActingUser, recordEvent } from '../events/events.ts'
import { Refusal, TooSoon } from '../refusal.ts'
import { lockActor, NoLongerAllowed, OwnersOnly } from '../roles/acting-user.ts'
import { mayInvite, type RoleHolder } from '../roles/roles.ts'

export const INVITATION_VALID_DAYS = 7
export const RESEND_PAUSE_SECONDS = 60
export const RESENDS_PER_DAY = 5

/** A new invitation with its full validity, and its email, in the caller's transaction. */
export async function invite(
  trx: Transaction,
  actor: ActingUser,
  user: Pick<User, 'id' | 'clinicId' | 'email'>,
): Promise<void> {
  const { id: userId, clinicId, email } = user
  await refuseTooManyInvitations(trx, clinicId)
  const invitation = await trx
    .insertInto('invitations')
    .values({
      clinicId,
      userId,
      email,
      invitedBy: actor.userId,
      nonce: randomBytes(32),
      expiresAt: sql`now() + make_interval(days => ${INVITATION_VALID_DAYS})`,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await queueEmail(trx, {
    clinicId,
    userId,
    kind: 'invitation',
    recipient: email,
    invitationId: invitation.id,
  })
  await recordEvent(trx, actor, { action: 'invitation.sent', subjectId: userId, after: { email } })
}

/**
 * Closes the open invitation and sends a new one.
 * @throws {TooSoon} once a minute, five times a day
 * @throws {Refusal} for people who joined or are deactivated, and for an address that nothing reaches
 */
export async function resendInvitation(db: Database, actor: ActingUser, userId: Id): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const inviter = await lockActor(trx, actor, 'users.invite')
    const user = await trx
      .selectFrom('users')
      .selectAll()
      .where('clinicId', '=', actor.clinicId)
      .where('id', '=', userId)
      .forNoKeyUpdate()
      .executeTakeFirstOrThrow()
    if (!canBeInvited(user)) throw nothingToResend(user)
    refuseInviting(inviter, user)
    if ((await accessClosed(trx, user)) === 'ended')
      throw new Refusal('form', 'invitesNoEnded', { name: user.firstName, day: user.accessUntil ?? '' })
    const block = await blockOf(trx, user.email)
    if (block) throw new Refusal('form', 'emailBlocked', { email: user.email, reason: block.reason })
    const next = await nextResend(trx, user)
    if (!next.isPossible) throw tooSoon(next)
    await closeInvitations(trx, user)
    await invite(trx, actor, user)
  })
}

/** Checked before anything is written: an invitation without the right to send it would be closed from the start. */
export function refuseInviting(inviter: User, invitee: RoleHolder & Pick<User, 'firstName'>): void {
  if (mayInvite(inviter, invitee)) return
  throw invitee.isOwner ? new OwnersOnly(invitee) : new NoLongerAllowed()
}

export function canBeInvited(user: Pick<User, 'joinedAt' | 'deactivatedAt'>): boolean {
  return !user.joinedAt && !user.deactivatedAt
}

/** The page itself says when the next one can be sent. */
function tooSoon({ at, isDailyLimit }: NextResend): TooSoon {
  return new TooSoon(at, 'form', isDailyLimit ? 'invitationsToday' : 'invitationJustSent')
}

function nothingToResend({ joinedAt, firstName: name }: User): Refusal {
  return new Refusal('form', joinedAt ? 'joinedAlready' : 'invitesNoDeactivated', { name })
}

/** Their links stop working. Returns how many were open. */
export async function closeInvitations(
  trx: Transaction,
  user: Pick<User, 'id' | 'clinicId'>,
): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('invitations')
    .set({ revokedAt: sql`now()` })
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Someone who changes the role vouches for it: the open invitation then depends on their right. */
export async function vouchFor(trx: Transaction, actor: ActingUser, user: User): Promise<void> {
  await trx
    .updateTable('invitations')
    .set({ invitedBy: actor.userId })
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .execute()
}

export interface NextResend {
  at: Date
  isPossible: boolean
  isDailyLimit: boolean
}

/** The first invitation doesn't count; then five a day, a minute apart. */
export async function nextResend(
  db: Database | Transaction,
  user: Pick<User, 'id' | 'clinicId'>,
): Promise<NextResend> {
  const { rows } = await sql<NextResend>`
    with sent as (
      select created_at, row_number() over (order by id) as nth, row_number() over (order by id desc) as back
      from invitations where clinic_id = ${user.clinicId} and user_id = ${user.id}
    ), limits as (
      select
        max(created_at) filter (where back = 1) + make_interval(secs => ${RESEND_PAUSE_SECONDS}) as pause,
        max(created_at) filter (where back = ${RESENDS_PER_DAY} and nth > 1) + interval '1 day' as day
      from sent
    )
    select
      greatest(pause, day) as at,
      greatest(pause, day) <= now() as "isPossible",
      coalesce(day > pause, false) as "isDailyLimit"
    from limits`.execute(db)
  return rows[0] as NextResend
}
