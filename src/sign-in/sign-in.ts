import type { Database } from '../database/database.ts'
import type { Clinic, User } from '../database/schema.ts'
import { recordEvent } from '../events/events.ts'
import { tellLocked } from '../sessions/account-locked.ts'
import type { Passwords } from '../sessions/passwords.ts'
import { recordRepeatable } from '../sessions/repeatable-event.ts'
import { clearAttempts, countAttempt, FAILURES_MAX } from '../sessions/throttling.ts'
import { verifiedUser } from '../sessions/verified-user.ts'
import { stopReplacement } from '../users/close-email-changes.ts'
import { findUserByEmail } from '../users/users.ts'

export type SignIn =
  | { user: User }
  | { refusal: 'wrong' }
  | { refusal: 'too many'; retryAt: Date; needsReset: boolean }

interface Attempt {
  email: string
  password: string
  ip: string | null
  userAgent: string | null
}

/**
 * Known and unknown, invited, active and deactivated people are told apart neither by the answer nor by its time:
 * each attempt is counted first and costs one hash.
 */
export async function signIn(
  db: Database,
  passwords: Passwords,
  clinic: Pick<Clinic, 'id'>,
  attempt: Attempt,
): Promise<SignIn> {
  const { email, password, ip, userAgent } = attempt
  const counted = await countAttempt(db, { clinicId: clinic.id, email, ip })
  const user = await findUserByEmail(db, clinic.id, email)
  if (!counted.allowed) {
    const nobody = { clinicId: clinic.id, userId: null, ip, userAgent }
    await recordRepeatable(db, nobody, { action: 'sign-in.throttled', subjectId: user?.id ?? null })
    if (counted.by === 'account') await tellLocked(db, user, counted.hard ? 'closed' : 'delayed')
    return { refusal: 'too many', retryAt: counted.retryAt, needsReset: counted.hard }
  }

  const verified = await verifiedUser(db, passwords, user, password)
  const actor = { clinicId: clinic.id, userId: verified?.id ?? null, ip, userAgent }
  if (!verified) {
    await recordEvent(db, actor, { action: 'sign-in.refused', subjectId: user?.id ?? null })
    if (counted.failures >= FAILURES_MAX) await tellLocked(db, user, 'closed')
    return { refusal: 'wrong' }
  }
  await clearAttempts(db, { clinicId: clinic.id, email, ip })
  await recordEvent(db, actor, { action: 'signed-in', subjectId: verified.id })
  await stopReplacement(db, actor, verified)
  return { user: verified }
}
