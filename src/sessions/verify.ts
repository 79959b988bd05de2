import type { FastifyRequest } from 'fastify'
import { actorOf, currentUser, sessionKeyOf } from './session.ts'
import { requireSession } from './sessions.ts'
import { type Verification, verifyPassword } from './verify-password.ts'

/**
 * The one way to verify inside a session that it is really the person signed in.
 * @throws {SessionEnded} where it was ended while the answer was looked at
 */
export async function verify(request: FastifyRequest, answer: unknown): Promise<Verification> {
  const { db, passwords } = request.server
  const { sessionId } = sessionKeyOf(request)
  const person = { actor: actorOf(request), user: currentUser(request), sessionId }
  const verification = await verifyPassword(db, passwords, person, answer)
  if (verification.isVerified) await requireSession(db, sessionKeyOf(request))
  return verification
}
