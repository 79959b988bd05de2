import type { FastifyRequest } from 'fastify'
import { type Proof, provePassword } from '../sessions/prove-password.ts'
import { requireSession } from '../sessions/sessions.ts'
import { actorOf, currentUser } from './session.ts'

/**
 * The one way to prove inside a session that it is really the person signed in.
 * @throws {SessionEnded} where it was ended while the answer was looked at
 */
export async function verify(request: FastifyRequest, answer: unknown): Promise<Proof> {
  const { db, passwords } = request.server
  const { lineage = '' } = request.session
  const prover = { actor: actorOf(request), user: currentUser(request), lineage }
  const proof = await provePassword(db, passwords, prover, answer)
  if (proof.isProved) await requireSession(db, lineage)
  return proof
}
