import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { delayAfterFailures, FAILURES_MAX, FREE_FAILURES } from './throttling.ts'

interface Owner {
  clinicId: Id
  id: Id
}

type CountedCode =
  | { allowed: true; failures: number }
  | { allowed: false; retryAt: Date; needsReset: boolean }

/**
 * Counts a try at a code before it is looked at, in a statement of its own that nothing rolls back. The count is the
 * person's: no new session, browser or right password begins it again, only a right code.
 */
export async function countCode(db: Database, user: Owner): Promise<CountedCode> {
  const key = keyOf(user)
  const { rows } = await sql<{ failures: number }>`
    insert into throttles as throttle (key, failures, first_failed_at, blocked_until)
    values (${key}, 1, now(), now())
    on conflict (key) do update set
      failures = throttle.failures + 1,
      blocked_until = now() + ${delayAfterFailures}
    where (throttle.blocked_until <= now() or throttle.failures < ${FREE_FAILURES})
      and throttle.failures < ${FAILURES_MAX}
    returning failures`.execute(db)
  if (rows[0]) return { allowed: true, failures: rows[0].failures }
  const row = db.selectFrom('throttles').select(['failures', 'blockedUntil']).where('key', '=', key)
  const { failures = 0, blockedUntil: retryAt = new Date() } = (await row.executeTakeFirst()) ?? {}
  return { allowed: false, retryAt, needsReset: failures >= FAILURES_MAX }
}

/** After a right code, or a reset. */
export async function clearCodes(db: Database | Transaction, user: Owner): Promise<void> {
  await db.deleteFrom('throttles').where('key', '=', keyOf(user)).execute()
}

function keyOf({ clinicId, id }: Owner): string {
  return `two-step:${createHash('sha256').update(`${clinicId} ${id}`).digest('base64url')}`
}
