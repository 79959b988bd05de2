import { sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database } from '../database/database.ts'
import type { Email, EmailFailure, Id } from '../database/schema.ts'

const FAILURES_SHOWN = 20

type FailedEmail = Pick<Email, 'id' | 'kind' | 'recipient' | 'failedAt' | 'failure'>

export interface OutboxReport {
  waiting: number
  inFlight: number
  failed: number
  /** Neither sent nor failed. */
  oldest: { id: Id; createdAt: Date; attempts: number; failure: EmailFailure | null } | null
  /** The newest. */
  failures: FailedEmail[]
}

/** Every clinic's, for the operator. */
export async function readOutbox(db: Database): Promise<OutboxReport> {
  const all = acrossClinics(db, 'whoever runs the program answers for all')
  const pending = all.selectFrom('emails').where('sentAt', 'is', null).where('failedAt', 'is', null)
  const counts = await pending
    .select(sql<string>`count(*) filter (where leased_until > now())`.as('inFlight'))
    .select(sql<string>`count(*)`.as('all'))
    .executeTakeFirstOrThrow()
  const oldest = await pending
    .select(['id', 'createdAt', 'attempts', 'failure'])
    .orderBy('createdAt')
    .limit(1)
    .executeTakeFirst()
  const failed = all.selectFrom('emails').where('failedAt', 'is not', null)
  const { count } = await failed.select(sql<string>`count(*)`.as('count')).executeTakeFirstOrThrow()
  const failures = await failed
    .select(['id', 'kind', 'recipient', 'failedAt', 'failure'])
    .orderBy('failedAt', 'desc')
    .limit(FAILURES_SHOWN)
    .execute()
  const inFlight = Number(counts.inFlight)
  const waiting = Number(counts.all) - inFlight
  return { waiting, inFlight, failed: Number(count), oldest: oldest ?? null, failures }
}

/**
 * Puts failed email back into the queue; all of it, or one. What is no longer wanted fails again, unsent. The number
 * of attempts stays: it is what tells a slow worker that its word no longer counts.
 */
export async function retryFailed(db: Database, id?: Id): Promise<number> {
  const { numUpdatedRows } = await acrossClinics(db, 'whoever runs the program answers for all')
    .updateTable('emails')
    .set({ failedAt: null, failure: null, leasedUntil: null, nextAttemptAt: sql`now()` })
    .where('failedAt', 'is not', null)
    .where('sentAt', 'is', null)
    .$if(id !== undefined, (query) => query.where('id', '=', id as Id))
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
