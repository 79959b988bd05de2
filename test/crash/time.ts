import { sql } from 'kysely'
import { TooLate, until } from '../support/until.ts'
import type { Processes } from './processes.ts'

const LEAVES_BY_ITSELF = { within: 3_000, every: 30 }
const LEAVES = { within: 60_000, every: 30 }
/** So old a lease is nobody's who is still at work between claim and send. */
const LEASE_OF_THE_DEAD_SECONDS = 59

/** A day has passed since the last round, as far as waiting times go; links stay as valid as they are. */
export async function turnTheClock(processes: Processes): Promise<void> {
  const db = processes.db()
  await sql`
    update invitations set created_at = created_at - interval '1 day'
    where clinic_id = (select min(id) from clinics)`.execute(db)
  await sql`update throttles set blocked_until = now()`.execute(db)
}

/** What was committed is on its way by itself, unless a fault is in its way; that is for the round to find out. */
export async function untilNothingIsDue(processes: Processes, isOver: () => boolean): Promise<void> {
  const isDone = async () => {
    // The fault may have been that the database is away.
    if (isOver()) return true
    const { rows } = await sql`select from emails
      where sent_at is null and failed_at is null and (next_attempt_at <= now() or leased_until > now())`.execute(
      processes.db(),
    )
    return rows.length === 0
  }
  await until('nothing is due', isDone, LEAVES_BY_ITSELF).catch((error) => {
    if (!(error instanceof TooLate)) throw error
  })
}

/** The minutes until each email's next attempt pass at once, and those of a dead process's lease. */
export async function letEverythingLeave(processes: Processes): Promise<void> {
  let left: unknown[] = []
  const haveLeft = async () => {
    const db = processes.db()
    await sql`update emails set next_attempt_at = now()
      where sent_at is null and failed_at is null and next_attempt_at > now()
        and (leased_until is null or leased_until <= now())`.execute(db)
    await sql`update emails set leased_until = now()
      where sent_at is null and failed_at is null and leased_until > now()
        and leased_until < now() + make_interval(secs => ${LEASE_OF_THE_DEAD_SECONDS})`.execute(db)
    const { rows } = await sql`
      select id, kind, attempts, next_attempt_at - now() as next, leased_until, failure from emails where sent_at is null and failed_at is null`.execute(
      db,
    )
    left = rows
    if (left.length > 0) await Promise.all(processes.apps.map(nudge))
    return left.length === 0
  }
  await until('every email leaves', haveLeft, LEAVES).catch((error) => {
    throw new Error(`${error.message}: ${JSON.stringify(left)}`, { cause: error })
  })
}

/** A process looks into its outbox after each form, also after one that it refuses. */
async function nudge({ url }: { url: string }): Promise<void> {
  await fetch(`${url}/webhooks/postmark`, { method: 'POST' }).catch(() => {})
}
