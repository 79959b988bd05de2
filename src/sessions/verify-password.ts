import type { Database } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { type Problem, problem } from '../refusal.ts'
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
  | { isVerified: false; endsSession: boolean; status: number; problem: Problem }

export interface UserToVerify {
  actor: Actor
  user: { id: Id; clinicId: Id; email: string; timeZone: string }
  /** The signed-in session. */
  sessionId: string
}

/** What pages call the input. */
const FIELD = 'currentPassword'

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
  if (typeof password !== 'string' || password === '') return refused(422, problem(FIELD, 'noPassword'))
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
  if (!endsSession) return refused(422, problem(FIELD, 'wrongPassword'))
  await tellLocked(db, user, 'verification')
  return ENDED
}

function throttled(counted: Exclude<CountedTry, { allowed: true }>, timeZone: string): Verification {
  if (counted.reason === 'session')
    return counted.isOver ? ENDED : refused(429, problem(FIELD, 'triesAtOnce'))
  if (counted.needsReset) return refused(429, problem(FIELD, 'triesNeedReset'))
  return refused(429, problem(FIELD, 'tooManyPasswords', { at: counted.retryAt, timeZone }))
}

function refused(status: number, problem: Problem): Exclude<Verification, { isVerified: true }> {
  return { isVerified: false, endsSession: false, status, problem }
}

const ENDED = {
  ...refused(403, problem(FIELD, 'sessionEndedByTries')),
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
