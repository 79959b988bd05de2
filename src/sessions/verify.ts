import type { Database } from '../database/database.ts'
import type { Passwords } from './passwords.ts'
import { requireSession, type SessionKey } from './sessions.ts'
import { type UserToVerify, type Verification, verifyPassword } from './verify-password.ts'

/** Someone signed in, of whom it is to be shown that it is really them. */
export interface Verifier extends UserToVerify {
  db: Database
  passwords: Passwords
  session: SessionKey
}

/**
 * The one way to verify inside a session that it is really the person signed in.
 * @throws {SessionEnded} where it was ended while the answer was looked at
 */
export async function verify(verifier: Verifier, answer: unknown): Promise<Verification> {
  const { db, passwords, session } = verifier
  const verification = await verifyPassword(db, passwords, verifier, answer)
  if (verification.isVerified) await requireSession(db, session)
  return verification
}
