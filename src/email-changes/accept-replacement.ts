import { accessClosed, hasAccessToday } from '../clinics/access-dates.ts'
import type { Database, Transaction } from '../database/database.ts'
import { violatedUnique } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { queueEmail } from '../emails/outbox.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { mayChangeEmail } from '../roles/roles.ts'
import { setPassword } from '../sessions/set-password.ts'
import { stopReplacement } from '../users/close-email-changes.ts'
import { takeEmail } from './confirm-email.ts'
import type { EmailChangeDetails } from './email-change-link.ts'

type From = Pick<Actor, 'ip' | 'userAgent'>

/**
 * Whoever reads the new mailbox gives the account that address and a password, once, however many press; every session
 * ends. `closed` where it was stopped meanwhile, or whoever asked for it may no longer do so.
 */
export async function acceptReplacement(
  db: Database,
  change: EmailChangeDetails,
  passwordHash: string,
  from: From,
): Promise<'done' | 'closed' | 'taken'> {
  try {
    return await db.transaction().execute((trx) => accept(trx, change, passwordHash, from))
  } catch (error) {
    if (violatedUnique(error)) return 'taken'
    throw error
  }
}

/** Someone at the old mailbox objects. False if there's nothing left to stop. */
export function refuseReplacement(db: Database, change: EmailChangeDetails, from: From): Promise<boolean> {
  const { clinicId, userId, id } = change
  return db.transaction().execute(async (trx) => {
    // Lock the person first, as when accepting: an event alone would lock their row later, and deadlock.
    await userQuery(trx, change).forUpdate().executeTakeFirst()
    const actor = { clinicId, userId: null, ...from }
    return stopReplacement(trx, actor, { clinicId, id: userId }, id)
  })
}

async function accept(
  trx: Transaction,
  { id, clinicId, userId, requestedBy, newEmail: email }: EmailChangeDetails,
  passwordHash: string,
  from: From,
): Promise<'done' | 'closed'> {
  const people = trx.selectFrom('users').selectAll().select(hasAccessToday().as('hasAccess'))
  const user = await userQuery(trx, { clinicId, userId }).forUpdate().executeTakeFirstOrThrow()
  const requester = await people
    .where('clinicId', '=', clinicId)
    .where('id', '=', requestedBy)
    .executeTakeFirstOrThrow()
  if (!user.joinedAt || user.deactivatedAt || !mayChangeEmail(requester, user)) return 'closed'
  if (await accessClosed(trx, user)) return 'closed'
  if (!(await takeEmail(trx, { id, clinicId, userId, newEmail: email }))) return 'closed'
  const actor = { clinicId, userId, ...from }
  const change = { before: { email: user.email }, after: { email } }
  await recordEvent(trx, actor, { action: 'email-replacement.done', subjectId: userId, ...change })
  await setPassword(trx, actor, { ...user, email }, passwordHash, 'password.reset')
  const ids = { clinicId, userId, emailChangeId: id }
  await queueEmail(trx, { ...ids, kind: 'email changed', recipient: user.email })
  return 'done'
}

function userQuery(trx: Transaction, { clinicId, userId }: { clinicId: Id; userId: Id }) {
  return trx.selectFrom('users').selectAll().where('clinicId', '=', clinicId).where('id', '=', userId)
}
