import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { delayAfterFailures, FAILURES_MAX, FREE_FAILURES } from './throttling.ts'

export const TRIES_PER_SESSION = 5
/** By then, a password being checked has its result, or its process is gone. */
const VERDICT_WITHIN_SECONDS = 30

interface Verifier {
  clinicId: Id
  userId: Id
  /** The signed-in session. */
  sessionId: string
}

/** `failures`: consecutive ones in this session, including this one if it fails. */
export type CountedTry =
  | { allowed: true; failures: number }
  | { allowed: false; reason: 'person'; retryAt: Date; needsReset: boolean }
  | { allowed: false; reason: 'session'; isOver: boolean }

/**
 * Counts a try at a password inside a session before it is looked at. It counts for the person, so that stolen sessions
 * win no tries by their number, and for the session, which has five. Nobody without a session touches either count, and
 * neither is one of sign-in's.
 */
export async function countVerification(db: Database, verifier: Verifier): Promise<CountedTry> {
  const [person, session] = keysOf(verifier)
  const { rows } = await sql<{ isUserFree: boolean; tries: number | null }>`
    with person as (
      insert into throttles as throttle (key, failures, first_failed_at, blocked_until)
      values (${person}, 1, now(), now())
      on conflict (key) do update set
        failures = throttle.failures + 1,
        blocked_until = now() + ${delayAfterFailures}
      where (throttle.blocked_until <= now() or throttle.failures < ${FREE_FAILURES})
        and throttle.failures < ${FAILURES_MAX}
      returning key
    ), session as (
      insert into throttles as throttle (key, failures, first_failed_at, blocked_until)
      select ${session}, 1, now(), now() + make_interval(secs => ${VERDICT_WITHIN_SECONDS}) from person
      on conflict (key) do update set failures = throttle.failures + 1, blocked_until = excluded.blocked_until
      where throttle.failures < ${TRIES_PER_SESSION}
      returning failures
    )
    select exists (select from person) as is_user_free, (select failures from session) as tries`.execute(db)
  const { isUserFree = false, tries = null } = rows[0] ?? {}
  if (tries !== null) return { allowed: true, failures: tries }
  return isUserFree ? spentSession(db, session) : throttledUser(db, person)
}

/** After the correct password; no one else's count changes. */
export async function clearVerifications(db: Database, verifier: Verifier): Promise<void> {
  await db.deleteFrom('throttles').where('key', 'in', keysOf(verifier)).execute()
}

/** After a new password. */
export async function clearVerificationsOf(
  trx: Transaction,
  person: Pick<Verifier, 'clinicId' | 'userId'>,
): Promise<void> {
  await trx.deleteFrom('throttles').where('key', '=', verificationKey(person)).execute()
}

export function verificationKey({ clinicId, userId }: Pick<Verifier, 'clinicId' | 'userId'>): string {
  return `verify:${createHash('sha256').update(`${clinicId} ${userId}`).digest('base64url')}`
}

function keysOf(verifier: Verifier): [person: string, session: string] {
  const session = createHash('sha256').update(verifier.sessionId).digest('base64url')
  return [verificationKey(verifier), `verify-session:${session}`]
}

async function throttledUser(db: Database, key: string): Promise<CountedTry> {
  const row = db.selectFrom('throttles').select(['failures', 'blockedUntil']).where('key', '=', key)
  const { failures = 0, blockedUntil: retryAt = new Date() } = (await row.executeTakeFirst()) ?? {}
  return { allowed: false, reason: 'person', retryAt, needsReset: failures >= FAILURES_MAX }
}

/** All five are used: it's over, unless some are still being checked. */
async function spentSession(db: Database, key: string): Promise<CountedTry> {
  const row = db.selectFrom('throttles').select(sql<boolean>`blocked_until <= now()`.as('isOver'))
  const { isOver = false } = (await row.where('key', '=', key).executeTakeFirst()) ?? {}
  return { allowed: false, reason: 'session', isOver }
}
