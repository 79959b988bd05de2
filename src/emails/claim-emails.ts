import { type RawBuilder, sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Email } from '../database/schema.ts'
import { isDue, takeProbe } from './outage.ts'

export const LEASE_SECONDS = 60
const RETRY_DELAYS_SECONDS = [5, 30, 120, 600, 3600]

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
 * Takes up to `limit` due emails for a minute, in their turn. Each attempt plans its successor before it begins, so that one
 * which always dies in the same place still comes back more and more seldom.
 */
function claim(db: Database | Transaction, limit: number | RawBuilder<number>): Promise<Email[]> {
  return acrossClinics(db, 'the outbox is one for all')
    .with('due', (db) =>
      db
        .selectFrom('emails')
        .select('id')
        .where(isDue)
        .where(isOpen)
        .orderBy('turnAt')
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
      turnAt: sql`now() + make_interval(secs => ${delaySeconds()})`,
    })
    .returningAll('emails')
    .execute()
}

/** A suspended clinic sends nothing, nor does one that is being deleted. */
const isOpen = sql<boolean>`not exists (
  select from clinics
  where clinics.id = emails.clinic_id and (suspended_at is not null or closes_at <= now()))`

function delaySeconds() {
  return sql`(${RETRY_DELAYS_SECONDS}::int[])[least(attempts + 1, ${RETRY_DELAYS_SECONDS.length})]`
}
