import { accessClosed, type Closed } from '../clinics/access-dates.ts'
import type { ClinicHere } from '../clinics/clinics.ts'
import { isShutOut } from '../clinics/networks.ts'
import type { Database } from '../database/database.ts'
import type { SecondStep, User } from '../database/schema.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { Refusal } from '../refusal.ts'
import { tellLocked } from '../sessions/account-locked.ts'
import type { Passwords } from '../sessions/passwords.ts'
import { recordRepeatable } from '../sessions/repeatable-event.ts'
import { needsSecondStep } from '../sessions/second-steps.ts'
import { clearAttempts, countAttempt, FAILURES_MAX } from '../sessions/throttling.ts'
import { markSignIn, verifiedUser } from '../sessions/verified-user.ts'
import { stopReplacement } from '../users/close-email-changes.ts'
import { findUserByEmail } from '../users/users.ts'

type RefusedByDates = { refusal: Closed; user: User }

/** `signed in`, or what else it takes. */
export type SignIn =
  | { user: User; next: 'signed in' | 'second step' | 'set-up' | 'elsewhere' }
  | { refusal: 'wrong' }
  | RefusedByDates
  | { refusal: 'too many'; retryAt: Date; needsReset: boolean }

interface Attempt {
  email: string
  password: string
  ip: string | null
  userAgent: string | null
}

/**
 * Known and unknown, invited, active and deactivated people are told apart neither by the answer nor by its time:
 * each attempt is counted first and costs one hash. Who has a second step, or dates that don't let them in, learns of it only
 * after the right password.
 */
export async function signIn(
  db: Database,
  passwords: Passwords,
  clinic: Pick<ClinicHere, 'id' | 'twoStepNow' | 'limitedRoles'>,
  attempt: Attempt,
): Promise<SignIn> {
  const { email, password, ip, userAgent } = attempt
  const counted = await countAttempt(db, { clinicId: clinic.id, email, ip })
  const user = await findUserByEmail(db, clinic.id, email)
  if (!counted.allowed)
    return throttled(db, { clinicId: clinic.id, userId: null, ip, userAgent }, user, counted)

  const verified = await verifiedUser(db, passwords, user, password)
  const actor = { clinicId: clinic.id, userId: verified?.id ?? null, ip, userAgent }
  const closed = verified && (await refusedByDates(db, actor, verified))
  if (closed) return closed
  const next = verified && (await whatIsNext(db, clinic, verified, ip))
  if (!verified || !next || (next === 'signed in' && !(await completeSignIn(db, actor, verified)))) {
    await recordEvent(db, actor, { action: 'sign-in.refused', subjectId: user?.id ?? null })
    if (counted.failures >= FAILURES_MAX) await tellLocked(db, user, 'closed')
    return { refusal: 'wrong' }
  }
  await clearAttempts(db, { clinicId: clinic.id, email, ip })
  return { user: verified, next }
}

async function throttled(
  db: Database,
  nobody: Actor,
  user: User | null,
  counted: Exclude<Awaited<ReturnType<typeof countAttempt>>, { allowed: true }>,
): Promise<SignIn> {
  await recordRepeatable(db, nobody, { action: 'sign-in.throttled', subjectId: user?.id ?? null })
  if (counted.by === 'account') await tellLocked(db, user, counted.hard ? 'closed' : 'delayed')
  return { refusal: 'too many', retryAt: counted.retryAt, needsReset: counted.hard }
}

/** The password was right, so it's no attempt to guess it. */
async function refusedByDates(db: Database, actor: Actor, user: User): Promise<RefusedByDates | null> {
  const refusal = await accessClosed(db, user)
  if (!refusal) return null
  await clearAttempts(db, { clinicId: user.clinicId, email: user.email, ip: actor.ip })
  await recordEvent(db, actor, {
    ...{ action: 'sign-in.refused', subjectId: user.id },
    after: { reason: refusal },
  })
  return { refusal, user }
}

/** @param field where the page says so */
export function closedRefusal({ refusal, user }: RefusedByDates, field = 'form'): Refusal {
  const { accessFrom, accessUntil } = user
  return refusal === 'ended'
    ? new Refusal(field, 'accessEnded', { accessUntil })
    : new Refusal(field, 'accessNotBegun', { accessFrom })
}

/**
 * After everything that was asked for, be it a passkey alone. False where the password was replaced meanwhile, or the person
 * deactivated.
 * @throws {Refusal} on a day on which they have no access
 */
export async function completeSignIn(
  db: Database,
  from: Pick<Actor, 'ip' | 'userAgent'>,
  user: User,
  secondStep?: SecondStep,
): Promise<boolean> {
  const { clinicId, id } = user
  const actor = { clinicId, userId: id, ip: from.ip, userAgent: from.userAgent }
  const closed = await refusedByDates(db, actor, user)
  if (closed) throw closedRefusal(closed)
  if (!(await markSignIn(db, user))) return false
  await recordEvent(db, actor, {
    ...{ action: 'signed-in', subjectId: id },
    ...(secondStep && { after: { secondStep } }),
  })
  await stopReplacement(db, actor, user)
  return true
}

async function whatIsNext(
  db: Database,
  clinic: Pick<ClinicHere, 'id' | 'twoStepNow' | 'limitedRoles'>,
  user: User,
  ip: string | null,
) {
  if (await isShutOut(db, clinic, user, ip)) return 'elsewhere'
  if (user.secondStepSince) return 'second step'
  return user.mustSetUpSecondStep || needsSecondStep(clinic, user) ? 'set-up' : 'signed in'
}
