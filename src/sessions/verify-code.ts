import type { Keys } from '../config/keys.ts'
import type { Database } from '../database/database.ts'
import type { Id, SecondStep } from '../database/schema.ts'
import { queueEmail } from '../emails/outbox.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { type Problem, problem } from '../refusal.ts'
import { tellLocked } from './account-locked.ts'
import { useCode } from './code-apps.ts'
import { clearCodes, countCode } from './code-tries.ts'
import { useRecoveryCode } from './recovery-codes.ts'
import { recordRepeatable } from './repeatable-event.ts'

/** By then it's likely that someone else knows the password. */
const TOLD_AFTER = 3

interface Owner {
  id: Id
  clinicId: Id
  email: string
  timeZone: string
}

type CodeVerification =
  | { isVerified: true; secondStep: SecondStep }
  | { isVerified: false; status: number; problem: Problem }

interface CodeVerifier {
  db: Database
  keys: Keys
  actor: Actor
  user: Owner
}

/**
 * The second step, once: a code of one of their apps, or a recovery code. Counted before it is looked at, for the person and
 * not for the session.
 * @param field what the page calls the input
 */
export async function verifyCode(
  { db, keys, actor, user }: CodeVerifier,
  kind: 'code' | 'recovery code',
  field: string,
  typed: string,
): Promise<CodeVerification> {
  const counted = await countCode(db, user)
  if (!counted.allowed) {
    await recordRepeatable(db, actor, { action: 'second-step.throttled', subjectId: user.id })
    if (counted.needsReset) return refused(429, problem(field, 'codesNeedReset'))
    return refused(429, problem(field, 'tooManyCodes', { at: counted.retryAt, timeZone: user.timeZone }))
  }
  const wrong = kind === 'code' ? await tryCode() : await tryRecoveryCode()
  if (!wrong) {
    await clearCodes(db, user)
    return { isVerified: true, secondStep: kind }
  }
  await recordEvent(db, actor, { action: 'second-step.refused', subjectId: user.id })
  if (counted.failures === TOLD_AFTER) await tellLocked(db, user, 'codes')
  return refused(422, wrong)

  async function tryCode(): Promise<Problem | null> {
    const result = await useCode(db, keys, user, typed)
    if (result.isRight) return null
    if (result.isUsed) return problem(field, 'codeUsed')
    if (result.clockOff) return problem(field, 'clockOff', { minutes: result.clockOff })
    return problem(field, 'wrongCode')
  }

  async function tryRecoveryCode(): Promise<Problem | null> {
    return (await spendRecoveryCode({ db, keys, actor, user }, typed))
      ? null
      : problem(field, 'wrongRecoveryCode')
  }
}

async function spendRecoveryCode({ db, keys, actor, user }: CodeVerifier, typed: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { clinicId, id: userId, email: recipient } = user
    // Lock first: the event takes a weaker lock on the person, and whoever makes new codes holds them and waits for this one.
    const person = trx
      .selectFrom('users')
      .select('id')
      .where('clinicId', '=', clinicId)
      .where('id', '=', userId)
    await person.forNoKeyUpdate().execute()
    if (!(await useRecoveryCode(trx, keys, user, typed))) return false
    await recordEvent(trx, actor, { action: 'recovery-code.used', subjectId: userId })
    const email = { clinicId, userId, recipient, secondStepChange: 'code used' as const }
    await queueEmail(trx, { ...email, kind: 'second step changed' })
    return true
  })
}

function refused(status: number, problem: Problem): CodeVerification {
  return { isVerified: false, status, problem }
}
