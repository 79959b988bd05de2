import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import { prepared } from '../database/prepared.ts'
import type { Id, User } from '../database/schema.ts'
import { oncePerSubmission } from '../database/submissions.ts'
import { blockOf } from '../emails/blocked-emails.ts'
import { queueEmail } from '../emails/outbox.ts'
import { type ActingUser, recordEvent } from '../events/events.ts'
import { Refusal, TooSoon } from '../refusal.ts'
import { actingUser, lockForManaging, NoLongerAllowed, now } from '../roles/acting-user.ts'
import { can } from '../roles/roles.ts'
import { closeEmailChanges } from '../users/close-email-changes.ts'
import { refuseTakenEmail } from '../users/email-taken.ts'
import { findUserByEmail } from '../users/users.ts'

const VALID_HOURS = 24
const PAUSE_SECONDS = 60
const CHANGES_PER_DAY = 5

type Recipient = Pick<User, 'id' | 'clinicId' | 'email'>

/** The address changes once it's confirmed from the new mailbox. Closes any earlier request. */
export function requestEmailChange(
  db: Database,
  actor: ActingUser,
  id: Id,
  email: string,
  submissionId: string,
): Promise<Id> {
  return oncePerSubmission(db, actor.clinicId, submissionId, async (trx) => {
    const target = await lockTarget(trx, actor, id)
    if (!target.joinedAt || target.deactivatedAt)
      throw new Refusal('form', 'notActive', { name: target.firstName })
    if (target.email === email) throw new Refusal('personEmail', 'emailUnchanged')
    if (target.email.toLowerCase() !== email.toLowerCase()) await refuseTaken(trx, actor, target, email)
    await refuseBlocked(trx, email)
    await refuseTooSoon(trx, target)
    await closeEmailChanges(trx, target)
    await openEmailChange(trx, actor, target, email)
    const change = { before: { email: target.email }, after: { email } }
    await recordEvent(trx, actor, {
      action: 'email-change.requested',
      subjectId: id,
      submissionId,
      ...change,
    })
    return id
  })
}

export async function openEmailChange(
  trx: Transaction,
  actor: ActingUser,
  { id: userId, clinicId, email: oldEmail }: Recipient,
  newEmail: string,
): Promise<void> {
  const { id: emailChangeId } = await trx
    .insertInto('emailChanges')
    .values({
      ...{ clinicId, userId, oldEmail, newEmail, requestedBy: actor.userId, nonce: randomBytes(32) },
      expiresAt: sql<Date>`now() + make_interval(hours => ${VALID_HOURS})`,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const ids = { clinicId, userId, emailChangeId }
  await queueEmail(trx, { ...ids, kind: 'email change', recipient: newEmail })
  await queueEmail(trx, { ...ids, kind: 'email change requested', recipient: oldEmail })
}

/** The link stops working and the address stays. False if nothing was pending. */
export async function withdrawEmailChange(db: Database, actor: ActingUser, id: Id): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const target = await lockTarget(trx, actor, id)
    const newEmail = await closeEmailChanges(trx, target)
    if (!newEmail) return false
    const change = { before: { email: newEmail }, after: { email: target.email } }
    await recordEvent(trx, actor, { action: 'email-change.withdrawn', subjectId: id, ...change })
    return true
  })
}

/** What's currently waiting for confirmation. */
export async function pendingEmailChange(db: Database, user: Pick<User, 'id' | 'clinicId'>) {
  const [pending] = await openChanges(db, user)
  return pending ?? null
}

const openChanges = prepared((db, { clinicId, id }: Pick<User, 'id' | 'clinicId'>) =>
  db
    .selectFrom('emailChanges')
    .select(['newEmail', 'expiresAt'])
    .where('clinicId', '=', clinicId)
    .where('userId', '=', id)
    .where('confirmedAt', 'is', null)
    .where('withdrawnAt', 'is', null)
    .where('expiresAt', '>', now),
)

async function lockTarget(trx: Transaction, actor: ActingUser, id: Id): Promise<User> {
  if (id !== actor.userId) return (await lockForManaging(trx, actor, id, 'users.edit')).target
  const me = await actingUser(trx, actor).forNoKeyUpdate().executeTakeFirst()
  if (!me || !can(me, 'my-details.edit')) throw new NoLongerAllowed()
  return me
}

/** Names the person only to someone who can open their page. */
async function refuseTaken(trx: Transaction, actor: ActingUser, target: User, email: string): Promise<void> {
  if (actor.userId !== target.id || can(target, 'users.show'))
    return refuseTakenEmail(trx, actor.clinicId, email)
  if (await findUserByEmail(trx, actor.clinicId, email))
    throw new Refusal('personEmail', 'emailTakenBySomeone')
}

export async function refuseBlocked(trx: Transaction, email: string): Promise<void> {
  const block = await blockOf(trx, email)
  if (block) throw new Refusal('personEmail', 'emailBlocked', { email, reason: block.reason })
}

export async function refuseTooSoon(trx: Transaction, user: Recipient): Promise<void> {
  const { rows } = await sql<{ at: Date }>`
    with asked as (
      select created_at, row_number() over (order by id desc) as back
      from email_changes where clinic_id = ${user.clinicId} and user_id = ${user.id}
    ), next as (
      select greatest(
        max(created_at) filter (where back = 1) + make_interval(secs => ${PAUSE_SECONDS}),
        max(created_at) filter (where back = ${CHANGES_PER_DAY}) + interval '1 day'
      ) as at
      from asked
    )
    select at from next where at > now()`.execute(trx)
  const [next] = rows
  if (!next) return
  throw new TooSoon(next.at, 'personEmail', 'emailChangesTooOften')
}
