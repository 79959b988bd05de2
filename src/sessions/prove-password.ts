import { sql } from 'kysely'
import { formatClock } from '../accounts/dates.ts'
import type { Database } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import type { Passwords } from './passwords.ts'
import { recordRepeatable } from './repeatable-event.ts'
import { clearAttempts, countAttempt } from './throttling.ts'

export const FAILED_PROOFS_MAX = 5

export type Proof =
  | { isProved: true }
  | { isProved: false; endsSession: boolean; status: number; message: string }

export interface Prover {
  actor: Actor
  user: { id: Id; accountId: Id; email: string; timeZone: string }
  /** The signed-in session in which it is proved. */
  lineage: string
}

/**
 * Whether it is really them: their own password once more. Counted together with failed sign-ins, before any hash;
 * five wrong ones in a row end the session.
 */
export async function provePassword(
  db: Database,
  passwords: Passwords,
  prover: Prover,
  password: unknown,
): Promise<Proof> {
  if (typeof password !== 'string' || password === '') return refused(422, 'Enter your password.')
  const { actor, user, lineage } = prover
  const claimant = { accountId: user.accountId, email: user.email, ip: actor.ip }
  const attempt = await countAttempt(db, claimant)
  if (!attempt.allowed) {
    await recordRepeatable(db, actor, { action: 'password.held-back', subjectId: user.id })
    return refused(
      429,
      `Too many wrong passwords. Try again at ${formatClock(attempt.retryAt, user.timeZone)}.`,
    )
  }
  if (await passwords.verify(password, await hashOf(db, user))) {
    await clearAttempts(db, claimant)
    return { isProved: true }
  }
  const failures = await countFailure(db, lineage)
  const endsSession = failures >= FAILED_PROOFS_MAX
  await recordEvent(db, actor, {
    action: 'password.refused',
    subjectId: user.id,
    after: { failures, endsSession },
  })
  if (endsSession)
    return {
      ...refused(403, 'Five wrong passwords in a row ended your session. Sign in again.'),
      endsSession,
    }
  return refused(422, 'That is not your password. Nothing has been changed yet.')
}

function refused(status: number, message: string) {
  return { isProved: false as const, endsSession: false, status, message }
}

async function hashOf(db: Database, { accountId, id }: Prover['user']): Promise<string | null> {
  const user = db
    .selectFrom('users')
    .select('passwordHash')
    .where('accountId', '=', accountId)
    .where('id', '=', id)
  return (await user.executeTakeFirstOrThrow()).passwordHash
}

async function countFailure(db: Database, lineage: string): Promise<number> {
  const rows = await db
    .updateTable('sessions')
    .set({ failedProofs: sql`failed_proofs + 1` })
    .where('lineage', '=', lineage)
    // The ids before the last right password keep their own count.
    .where('revokedAt', 'is', null)
    .returning('failedProofs')
    .execute()
  return Math.max(0, ...rows.map((row) => row.failedProofs))
}
