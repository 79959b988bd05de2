import type { Database } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { formatClock } from '../words/dates.ts'
import { tellLocked } from './account-locked.ts'
import type { Passwords } from './passwords.ts'
import { recordRepeatable } from './repeatable-event.ts'
import {
  type CountedTry,
  clearVerifications,
  countVerification,
  TRIES_PER_SESSION,
} from './verification-tries.ts'

export type Verification =
  | { isVerified: true }
  | { isVerified: false; endsSession: boolean; status: number; message: string }

export interface UserToVerify {
  actor: Actor
  user: { id: Id; clinicId: Id; email: string; timeZone: string }
  /** The signed-in session. */
  sessionId: string
}

/**
 * Whether it is really them: their own password once more. Counted before any hash and apart from tries to sign in, which
 * anybody can make; five wrong ones in a row end the session.
 */
export async function verifyPassword(
  db: Database,
  passwords: Passwords,
  { actor, user, sessionId }: UserToVerify,
  password: unknown,
): Promise<Verification> {
  if (typeof password !== 'string' || password === '') return refused(422, 'Enter your password.')
  const verifier = { clinicId: user.clinicId, userId: user.id, sessionId }
  const counted = await countVerification(db, verifier)
  if (!counted.allowed) {
    await recordRepeatable(db, actor, { action: 'password.throttled', subjectId: user.id })
    return throttled(counted, user.timeZone)
  }
  if (await passwords.verify(password, await hashOf(db, user))) {
    await clearVerifications(db, verifier)
    return { isVerified: true }
  }
  const { failures } = counted
  const endsSession = failures >= TRIES_PER_SESSION
  const after = { failures, endsSession }
  await recordEvent(db, actor, { action: 'password.refused', subjectId: user.id, after })
  if (!endsSession) return refused(422, 'That is not your password. Nothing has been changed yet.')
  await tellLocked(db, user, 'verification')
  return ENDED
}

function throttled(counted: Exclude<CountedTry, { allowed: true }>, timeZone: string): Verification {
  if (counted.reason === 'session')
    return counted.isOver ? ENDED : refused(429, 'Too many tries at once. Wait a moment, then try again.')
  if (counted.needsReset)
    return refused(429, 'Too many wrong passwords. Choose a new one: sign out, then “Forgot your password?”.')
  return refused(429, `Too many wrong passwords. Try again at ${formatClock(counted.retryAt, timeZone)}.`)
}

function refused(status: number, message: string): Exclude<Verification, { isVerified: true }> {
  return { isVerified: false, endsSession: false, status, message }
}

const ENDED = {
  ...refused(403, 'Five wrong passwords in a row ended your session. Sign in again.'),
  endsSession: true,
}

async function hashOf(db: Database, { clinicId, id }: UserToVerify['user']): Promise<string | null> {
  const user = db
    .selectFrom('users')
    .select('passwordHash')
    .where('clinicId', '=', clinicId)
    .where('id', '=', id)
  return (await user.executeTakeFirstOrThrow()).passwordHash
}
