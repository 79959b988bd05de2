import { sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Account, User } from '../database/schema.ts'
import { recordEvent } from '../events/events.ts'
import { stopReplacement } from '../users/close-email-changes.ts'
import { findUserByEmail } from '../users/users.ts'
import { tellLocked } from './account-locked.ts'
import type { Passwords } from './passwords.ts'
import { recordRepeatable } from './repeatable-event.ts'
import { clearAttempts, countAttempt, FAILURES_MAX } from './throttling.ts'

export type SignIn =
  | { user: User }
  | { refusal: 'wrong' }
  | { refusal: 'too many'; retryAt: Date; needsReset: boolean }

export interface Attempt {
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
  account: Account,
  attempt: Attempt,
): Promise<SignIn> {
  const { email, password, ip, userAgent } = attempt
  const counted = await countAttempt(db, { accountId: account.id, email, ip })
  const user = await findUserByEmail(db, account.id, email)
  if (!counted.allowed) {
    const nobody = { accountId: account.id, userId: null, ip, userAgent }
    await recordRepeatable(db, nobody, { action: 'sign-in.held-back', subjectId: user?.id ?? null })
    if (counted.by === 'account') await tellLocked(db, user, counted.hard ? 'closed' : 'delayed')
    return { refusal: 'too many', retryAt: counted.retryAt, needsReset: counted.hard }
  }

  const hash = user && !user.deactivatedAt ? user.passwordHash : null
  const isRight = (await passwords.verify(password, hash)) && (await markSignIn(db, user, hash))
  const actor = { accountId: account.id, userId: isRight ? (user?.id ?? null) : null, ip, userAgent }
  if (!isRight || !user) {
    await recordEvent(db, actor, { action: 'sign-in.refused', subjectId: user?.id ?? null })
    if (counted.failures >= FAILURES_MAX) await tellLocked(db, user, 'closed')
    return { refusal: 'wrong' }
  }
  await clearAttempts(db, { accountId: account.id, email, ip })
  await recordEvent(db, actor, { action: 'signed-in', subjectId: user.id })
  await stopReplacement(db, actor, user)
  return { user }
}

/** False where the password was replaced, or the person deactivated, while it was being checked. */
async function markSignIn(db: Database, user: User | null, passwordHash: string | null): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('users')
    .set({ lastSignInAt: sql`now()` })
    .where('id', '=', user?.id ?? '0')
    .where('passwordHash', '=', passwordHash)
    .where('deactivatedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
