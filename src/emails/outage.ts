import { type ExpressionBuilder, sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Schema } from '../database/schema.ts'
import type { OutageCode } from '../words/en/email-failures.ts'

const PROBE_DELAYS_SECONDS = [30, 60, 120, 300, 600]

/** Postmark refuses everything. All processes and the banner read it here. */
export async function noteOutage(db: Database, reason: OutageCode): Promise<void> {
  await db
    .insertInto('emailOutages')
    .values({ reason, nextProbeAt: sql<Date>`now() + make_interval(secs => ${PROBE_DELAYS_SECONDS[0]})` })
    .onConflict((conflict) =>
      conflict.column('isTheOnly').doUpdateSet({ reason }).where('emailOutages.reason', '<>', reason),
    )
    .execute()
}

export async function endOutage(db: Database): Promise<void> {
  await db.deleteFrom('emailOutages').execute()
}

/** The probe was itself undeliverable, so it proved nothing. */
export async function probeAgain(db: Database): Promise<void> {
  await db.updateTable('emailOutages').set({ nextProbeAt: sql<Date>`now()` }).execute()
}

/** True for one process at each interval, and only if there is an email to try. */
export async function takeProbe(trx: Transaction): Promise<boolean> {
  const { numUpdatedRows } = await acrossClinics(trx, 'one mail server sends for all')
    .updateTable('emailOutages')
    .set({
      probes: sql`probes + 1`,
      nextProbeAt: sql`now() + make_interval(secs => (${PROBE_DELAYS_SECONDS}::int[])[
        least(probes + 2, ${PROBE_DELAYS_SECONDS.length})])`,
    })
    .where('nextProbeAt', '<=', sql<Date>`now()`)
    .where((eb) => eb.exists(eb.selectFrom('emails').select('emails.id').where(isDue)))
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export function isDue(eb: ExpressionBuilder<Schema, 'emails'>) {
  const now = sql<Date>`now()`
  return eb.and([
    eb('sentAt', 'is', null),
    eb('failedAt', 'is', null),
    eb('nextAttemptAt', '<=', now),
    eb.or([eb('leasedUntil', 'is', null), eb('leasedUntil', '<=', now)]),
  ])
}

/** Null if email can be sent, or none of the session's clinic is waiting. */
export const outageForBanner = sql<{ reason: OutageCode; since: string } | null>`(
  select jsonb_build_object('reason', reason, 'since', since) from email_outages
  where exists (
    select from emails where emails.clinic_id = sessions.clinic_id and sent_at is null and failed_at is null))`
