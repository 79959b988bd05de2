import { hasAccessToday } from '../clinics/access-dates.ts'
import type { Database, Transaction } from '../database/database.ts'
import { violatedUnique } from '../database/database.ts'
import type { Id, User } from '../database/schema.ts'
import { queueEmail } from '../emails/outbox.ts'
import { type ActingUser, recordEvent } from '../events/events.ts'
import { now } from '../roles/acting-user.ts'
import { mayChangeEmail } from '../roles/roles.ts'
import { endAccess } from '../sessions/end-access.ts'
import { lockOneself } from '../sessions/lock-oneself.ts'
import { changeUser } from '../users/users.ts'
import type { EmailChangeDetails } from './email-change-link.ts'

/**
 * Gives the person the new address, once, however many press; `closed` where it was closed meanwhile. They do it signed
 * in, so that a stranger who has the mailbox of a mistyped address gets nothing by the link.
 * @throws {SessionEnded}
 */
export async function confirmEmailChange(
  db: Database,
  change: EmailChangeDetails,
  actor: ActingUser,
  sessionId: string,
): Promise<'confirmed' | 'closed' | 'taken'> {
  if (actor.userId !== change.userId) throw new Error('Nobody confirms an address for somebody else')
  try {
    return await db.transaction().execute((trx) => confirm(trx, change, actor, sessionId))
  } catch (error) {
    if (violatedUnique(error)) return 'taken'
    throw error
  }
}

async function confirm(
  trx: Transaction,
  { id, clinicId, userId, requestedBy, newEmail: email }: EmailChangeDetails,
  actor: ActingUser,
  sessionId: string,
): Promise<'confirmed' | 'closed'> {
  // Lock the requester first, as when taking their right away, so that one waits for the other.
  const other = requestedBy === userId ? null : await lockRequester(trx, clinicId, requestedBy)
  const user = await lockOneself(trx, actor, sessionId)
  const requester = other ?? user
  if (!mayChangeEmail(requester, user)) return 'closed'
  if (!(await takeEmail(trx, { id, clinicId, userId, newEmail: email }))) return 'closed'
  await endAccess(trx, { ...user, email }, { because: 'email address changed', by: actor, keep: sessionId })
  const change = { before: { email: user.email }, after: { email } }
  await recordEvent(trx, actor, { action: 'email-change.confirmed', subjectId: userId, ...change })
  const ids = { clinicId, userId, emailChangeId: id }
  await queueEmail(trx, { ...ids, kind: 'email changed', recipient: user.email })
  return 'confirmed'
}

/** Only once, under the caller's locks. False if the change was closed, or it's too early. */
export async function takeEmail(
  trx: Transaction,
  {
    id,
    clinicId,
    userId,
    newEmail: email,
  }: Pick<EmailChangeDetails, 'id' | 'clinicId' | 'userId' | 'newEmail'>,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('emailChanges')
    .set({ confirmedAt: now })
    .where('clinicId', '=', clinicId)
    .where('id', '=', id)
    .where('confirmedAt', 'is', null)
    .where('withdrawnAt', 'is', null)
    .where((eb) => eb.or([eb('usableFrom', 'is', null), eb('usableFrom', '<=', now)]))
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await changeUser(trx, { clinicId, id: userId }, { email })
  return true
}

function lockRequester(trx: Transaction, clinicId: Id, id: Id): Promise<User & { hasAccess: boolean }> {
  const requester = trx.selectFrom('users').selectAll().where('clinicId', '=', clinicId).where('id', '=', id)
  return requester.select(hasAccessToday().as('hasAccess')).forShare().executeTakeFirstOrThrow()
}
