import type { Keys } from '../config/keys.ts'
import type { Database } from '../database/database.ts'
import type { SecondStep } from '../database/schema.ts'
import { recordEvent } from '../events/events.ts'
import { problem } from '../refusal.ts'
import { usePasskey } from './passkeys.ts'
import type { Passwords } from './passwords.ts'
import { requireSession, type SessionKey } from './sessions.ts'
import { verifyCode } from './verify-code.ts'
import { type UserToVerify, type Verification, verifyPassword } from './verify-password.ts'
import type { RelyingParty } from './webauthn.ts'

/** Someone signed in, of whom it is to be shown that it is really them. */
export interface Verifier extends UserToVerify {
  db: Database
  passwords: Passwords
  /** Of the second step. */
  keys: Keys
  session: SessionKey
}

interface Answer {
  password: unknown
  /** In place of the password and the code. */
  passkey?: { answer: string; party: RelyingParty; challenge: string } | null
  /** Only where the second step is asked for. */
  code?: { typed: unknown }
}

/** A recovery code is longer than any app's. */
const LONGEST_APP_CODE = 12

/**
 * The one way to verify inside a session that it is really the person signed in. The code is looked at only after the right
 * password.
 * @throws {SessionEnded} where it was ended while the answer was looked at
 */
export async function verify(
  verifier: Verifier,
  { password, code, passkey }: Answer,
): Promise<Verification & { secondStep?: SecondStep }> {
  const { db, passwords, session } = verifier
  if (passkey) return verifyPasskey(verifier, passkey)
  const verification = await verifyPassword(db, passwords, verifier, password)
  if (!verification.isVerified) return verification
  const second = code && (await verifySecondStep(verifier, code.typed))
  if (second && !second.isVerified) return { endsSession: false, ...second }
  await requireSession(db, session)
  return { isVerified: true, ...(second && { secondStep: second.secondStep }) }
}

/** Nobody guesses a signature, so nothing is counted. */
async function verifyPasskey(
  { db, session, user, actor }: Verifier,
  { answer, ...asked }: NonNullable<Answer['passkey']>,
): Promise<Verification & { secondStep?: SecondStep }> {
  const owner = await usePasskey(db, { clinicId: user.clinicId, ...asked }, answer)
  if (owner?.id !== user.id) {
    await recordEvent(db, actor, { action: 'second-step.refused', subjectId: user.id })
    const refused = problem('currentPassword', 'passkeyRefused')
    return { isVerified: false, endsSession: false, status: 422, problem: refused }
  }
  await requireSession(db, session)
  return { isVerified: true, secondStep: 'passkey' }
}

async function verifySecondStep({ db, keys, actor, user }: Verifier, typed: unknown) {
  const code = typeof typed === 'string' ? typed.trim() : ''
  if (code === '') return { isVerified: false as const, status: 422, problem: problem('code', 'noCode') }
  const kind = code.length > LONGEST_APP_CODE ? 'recovery code' : 'code'
  return verifyCode({ db, keys, actor, user }, kind, 'code', code)
}
