import { type RawBuilder, sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Email, Id } from '../database/schema.ts'
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
 * Takes up to `limit` due emails for a minute, of one clinic after another, so that nobody waits behind another clinic's thousand.
 * Each attempt plans its successor before it begins, so that one which always dies in the same place still comes back more
 * and more seldom.
 */
function claim(db: Database | Transaction, limit: number | RawBuilder<number>): Promise<Email[]> {
  return acrossClinics(db, 'the outbox is one for all')
    .with('due', (db) =>
      db
        .selectFrom('emails')
        .innerJoin(fairlyNext().as('next'), 'next.nextId', 'emails.id')
        .select('emails.id')
        .where(isDue)
        .orderBy('next.turn')
        .orderBy('emails.nextAttemptAt')
        .limit(limit)
        .forUpdate('emails')
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

/** More than are taken, as others may be taking the same. */
const CANDIDATES = 20

/** The first due ones of each clinic, by turns. It steps from one clinic that has any to the next in the index, and reads no others. */
function fairlyNext() {
  return sql<{ nextId: Id; turn: number }>`(
    with recursive waiting as (
      (select clinic_id from emails where ${IS_WAITING} order by clinic_id limit 1)
      union all
      select (
        select emails.clinic_id from emails where emails.clinic_id > waiting.clinic_id and ${IS_WAITING}
        order by emails.clinic_id limit 1)
      from waiting where waiting.clinic_id is not null
    )
    select id as next_id, turn from waiting, lateral (
      select id, next_attempt_at, row_number() over (order by next_attempt_at) as turn from (
        select id, next_attempt_at from emails
        where emails.clinic_id = waiting.clinic_id and ${IS_WAITING} and next_attempt_at <= now()
          and (leased_until is null or leased_until <= now())
        order by next_attempt_at limit ${sql.lit(CANDIDATES)}) as first) as each
    where not exists (select from clinics where id = waiting.clinic_id and (suspended_at is not null or closes_at <= now()))
    order by turn, next_attempt_at limit ${sql.lit(CANDIDATES)})`
}

const IS_WAITING = sql`sent_at is null and failed_at is null`

function delaySeconds() {
  return sql`(${RETRY_DELAYS_SECONDS}::int[])[least(attempts + 1, ${RETRY_DELAYS_SECONDS.length})]`
}
