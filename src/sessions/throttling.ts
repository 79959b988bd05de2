import { createHash } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import { sql } from 'kysely'
import { groupsOf, plainIp } from '../clinics/ip.ts'
import type { Database, Transaction } from '../database/database.ts'
import { deleteOld, STEP } from '../database/delete-old.ts'
import type { Id } from '../database/schema.ts'

export const FREE_FAILURES = 5
const LONGEST_DELAY_SECONDS = 900
/** After that, only a new password helps. */
export const FAILURES_MAX = 50
export const IP_TRIES_MAX = 30
const IP_WINDOW_MINUTES = 5
const ATTEMPTS_KEPT_DAYS = 30
/** As long as a session can last. */
const SESSION_TRIES_KEPT_HOURS = 12
/** Shared by everyone if the proxy sends no readable address. */
const UNKNOWN_IP_FACTOR = 20

interface Claimant {
  clinicId: Id
  /** As typed, whether or not anyone has it. */
  email: string
  ip?: string | null | undefined
}

export type CountedAttempt =
  | { allowed: true; failures: number }
  | { allowed: false; retryAt: Date; hard: boolean; by: 'account' | 'ip' }

/**
 * Counts a try with a password before it is looked at, and says whether it may be looked at. Every try counts for the
 * IP address it came from; for the account only those that are let through, or strangers could close it with 50 requests.
 */
export async function countAttempt(db: Database, claimant: Claimant): Promise<CountedAttempt> {
  const account = accountKey(claimant)
  const counted = await countAndDecide(db, claimant.ip, account)
  if (counted.failures !== null) return { allowed: true, failures: counted.failures }
  if (counted.triesFrom > ipMax(claimant.ip, IP_TRIES_MAX))
    return { allowed: false, retryAt: counted.windowEnd, hard: false, by: 'ip' }
  return blockOf(db, account)
}

/**
 * Counts a request that anyone may make, and says when the next is possible; null where this one is. Once more, one
 * statement, and what counts is what was asked for, not whether anyone has it.
 */
export async function countRequest(
  db: Database,
  scope: { key: string; max: number; windowMinutes: number },
): Promise<Date | null> {
  const { rows } = await sql<{ failures: number; blockedUntil: Date }>`
    insert into throttles as throttle (key, failures, first_failed_at, blocked_until)
    values (${`window:${scope.key}`}, 1, now(), now() + ${scope.windowMinutes} * interval '1 minute')
    on conflict (key) do update set (failures, first_failed_at, blocked_until) = (
      select 1, now(), excluded.blocked_until where throttle.blocked_until <= now()
      union all
      select throttle.failures + 1, throttle.first_failed_at, throttle.blocked_until where throttle.blocked_until > now())
    returning failures, blocked_until`.execute(db)
  const { failures = 0, blockedUntil = new Date() } = rows[0] ?? {}
  return failures > scope.max ? blockedUntil : null
}

/** It was no attempt to guess: everyone at a clinic comes from one address, and in the same few minutes. */
export async function takeBackRequest(db: Database, { key }: { key: string }): Promise<void> {
  await db
    .updateTable('throttles')
    .set({ failures: sql`greatest(failures - 1, 0)` })
    .where('key', '=', `window:${key}`)
    .execute()
}

/** After the right password, or a new one: the account starts afresh, and the IP address gets this one try back. */
export async function clearAttempts(db: Database | Transaction, claimant: Claimant): Promise<void> {
  await db.deleteFrom('throttles').where('key', '=', accountKey(claimant)).execute()
  if (claimant.ip === undefined) return
  await db
    .updateTable('throttles')
    .set({ failures: sql`greatest(failures - 1, 0)` })
    .where('key', '=', ipKey(claimant.ip))
    .execute()
}

/** A step of the sweep. A locked account stays locked. */
export function forgetOldAttempts(db: Database): Promise<number> {
  return deleteOld(
    db,
    sql`delete from throttles where key in (
      select key from throttles
      where ((key like 'ip:%' or key like 'window:%') and blocked_until < now())
        or (key like 'verify-session:%' and blocked_until < now() - make_interval(hours => ${SESSION_TRIES_KEPT_HOURS}))
        or (failures < ${FAILURES_MAX} and blocked_until < now() - make_interval(days => ${ATTEMPTS_KEPT_DAYS}))
      limit ${STEP} for update skip locked)`,
  )
}

/** How long the next attempt has to wait after a failure: nothing at first, then twice as long each time. */
export const delayAfterFailures = sql`case when throttle.failures + 1 < ${FREE_FAILURES} then 0
  else least(power(2, throttle.failures + 1 - ${FREE_FAILURES}::int), ${LONGEST_DELAY_SECONDS}::int) end * interval '1 second'`

interface Counted {
  /** Including this attempt; null if it must not be checked. */
  failures: number | null
  triesFrom: number
  windowEnd: Date
}

// One statement, so that tries made at once cannot all find the count still low. Free ones do not look at the time: of
// two at once, the one that began first may come second, and find the other's now() still ahead of its own.
async function countAndDecide(db: Database, ip: Claimant['ip'], account: string): Promise<Counted> {
  const { rows } = await sql<Counted>`
    with by_ip as (
      insert into throttles as throttle (key, failures, first_failed_at, blocked_until)
      values (${ipKey(ip)}, 1, now(), now() + ${IP_WINDOW_MINUTES} * interval '1 minute')
      on conflict (key) do update set (failures, first_failed_at, blocked_until) = (
        select 1, now(), excluded.blocked_until where throttle.blocked_until <= now()
        union all
        select throttle.failures + 1, throttle.first_failed_at, throttle.blocked_until where throttle.blocked_until > now())
      returning failures as tries, blocked_until as window_end
    ), account as (
      insert into throttles as throttle (key, failures, first_failed_at, blocked_until)
      select ${account}, 1, now(), now() from by_ip where tries <= ${ipMax(ip, IP_TRIES_MAX)}
      on conflict (key) do update set
        failures = throttle.failures + 1,
        blocked_until = now() + ${delayAfterFailures}
      where (throttle.blocked_until <= now() or throttle.failures < ${FREE_FAILURES})
        and throttle.failures < ${FAILURES_MAX}
      returning failures
    )
    select (select failures from account) as failures, tries as tries_from, window_end from by_ip`.execute(db)
  return rows[0] as Counted
}

async function blockOf(db: Database, key: string): Promise<CountedAttempt> {
  const throttle = await db
    .selectFrom('throttles')
    .select(['failures', 'blockedUntil'])
    .where('key', '=', key)
    .executeTakeFirst()
  const retryAt = throttle?.blockedUntil ?? new Date()
  return { allowed: false, retryAt, hard: (throttle?.failures ?? 0) >= FAILURES_MAX, by: 'account' }
}

// Hashed, because people type passwords into the wrong field.
export function accountKey({ clinicId, email }: Claimant): string {
  return `account:${sha256(`${clinicId} ${email.toLowerCase()}`)}`
}

export function ipMax(ip: string | null | undefined, max: number): number {
  return ip ? max : max * UNKNOWN_IP_FACTOR
}

export function ipKey(ip: string | null | undefined): string {
  return `ip:${sha256(networkOf(ip ?? ''))}`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

/** The IPv4 address, or the 64 bits that an IPv6 subscriber cannot change. */
function networkOf(ip: string): string {
  const plain = plainIp(ip)
  if (isIPv4(plain)) return `::ffff:${groupsOf(`::ffff:${plain}`).slice(6).join(':')}`
  return isIPv6(plain) ? groupsOf(plain).slice(0, 4).join(':') : 'unknown'
}
