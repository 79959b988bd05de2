import { type RawBuilder, sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Email, EmailKind, Id, LockReason, SecondStepChange } from '../database/schema.ts'
import { failure } from './failure.ts'
import type { Outcome } from './message.ts'
import { keepNeedsAttention } from './needs-attention.ts'
import { isDue, takeProbe } from './outage.ts'

interface NewEmail {
  clinicId: Id
  userId: Id
  kind: EmailKind
  recipient: string
  invitationId?: Id
  passwordResetId?: Id
  invitationRequestId?: Id
  emailChangeId?: Id
  accessReminderId?: Id
  lockReason?: LockReason
  secondStepLinkId?: Id
  secondStepChange?: SecondStepChange
  aboutUserId?: Id
}

export const LEASE_SECONDS = 60
const [BLOCKED, UNWANTED] = ['blocked', 'unwanted'] as const
const RETRY_DELAYS_SECONDS = [5, 30, 120, 600, 3600]

/** Takes a transaction, so that an email is sent only if the change it's about is committed. */
export async function queueEmail(trx: Transaction, email: NewEmail): Promise<void> {
  await trx.insertInto('emails').values(email).execute()
}

/** Claims nothing during an outage; `claimProbe` does then. */
export function claimDueEmails(db: Database, limit: number): Promise<Email[]> {
  return claim(db, sql<number>`case when exists (select from email_outages) then 0 else ${limit}::int end`)
}

/** During an outage: one email, at growing intervals, to see whether it's over. */
export function claimProbe(db: Database): Promise<Email[]> {
  return db.transaction().execute(async (trx) => {
    const isTime = await takeProbe(trx)
    return isTime ? claim(trx, 1) : []
  })
}

/**
 * Takes up to `limit` due emails for a minute. Each attempt plans its successor before it begins,
 * so that one which always dies in the same place still comes back more and more seldom.
 */
function claim(db: Database | Transaction, limit: number | RawBuilder<number>): Promise<Email[]> {
  return acrossClinics(db, 'the outbox is one for all')
    .with('due', (db) =>
      db
        .selectFrom('emails')
        .select('id')
        .where(isDue)
        .orderBy('nextAttemptAt')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('emails')
    .from('due')
    .whereRef('emails.id', '=', 'due.id')
    .set({
      attempts: sql`attempts + 1`,
      leasedUntil: sql`now() + make_interval(secs => ${LEASE_SECONDS})`,
      nextAttemptAt: sql`now() + make_interval(secs => ${delaySeconds()} * (0.75 + random() / 2))`,
    })
    .returningAll('emails')
    .execute()
}

/** False if another worker has re-claimed it. */
export async function recordOutcome(db: Database, email: Email, outcome: Outcome): Promise<boolean> {
  const { clinicId, userId } = email
  return db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('emails')
      .set({ leasedUntil: null, ...changes(outcome) })
      .where('clinicId', '=', clinicId)
      .where('id', '=', email.id)
      .where('attempts', '=', email.attempts)
      .where('sentAt', 'is', null)
      .where('failedAt', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    await keepNeedsAttention(trx, { clinicId, id: userId })
    return true
  })
}

function delaySeconds() {
  return sql`(${RETRY_DELAYS_SECONDS}::int[])[least(attempts + 1, ${RETRY_DELAYS_SECONDS.length})]`
}

function changes(outcome: Outcome) {
  const now = sql<Date>`now()`
  if (outcome.state === 'sent') return { sentAt: now, messageId: outcome.messageId, failure: null }
  if (outcome.state === 'permanent')
    return { failedAt: now, failure: outcome.failure, failureKind: outcome.blocked ? BLOCKED : null }
  if (outcome.state === 'unwanted') return { failedAt: now, failure: outcome.failure, failureKind: UNWANTED }
  // Not attempted, so don't count it.
  if (outcome.state === 'configuration')
    return { failure: failure(outcome.outage), nextAttemptAt: now, attempts: sql<number>`attempts - 1` }
  return { failure: outcome.failure }
}
