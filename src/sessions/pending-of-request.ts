import type { FastifyRequest } from 'fastify'
import type { Id, User } from '../database/schema.ts'
import { newPendingApp, type PendingApp } from './pending-app.ts'
import { type PendingSignIn, pendingFor, userPending } from './pending-sign-in.ts'
import { signOut } from './session-of-request.ts'

declare module 'fastify' {
  interface Session {
    /** Someone whose password was right, and who is nobody yet. */
    pendingSignIn?: PendingSignIn
    /** An app that is being set up. */
    pendingApp?: PendingApp
  }
}

interface Pending {
  user: User
  pending: PendingSignIn
}

/** Whoever has shown only their password stays a guest, in a session with a token of its own. */
export async function beginPending(
  request: FastifyRequest,
  user: User,
  rest: Parameters<typeof pendingFor>[1],
): Promise<void> {
  await signOut(request)
  await request.session.regenerate()
  request.session.pendingSignIn = pendingFor(user, rest)
}

/** The same until their first app has shown its first code. */
export async function beginSetUp(
  request: FastifyRequest,
  user: User,
  setUp: { linkId: Id } | { joined: true },
): Promise<void> {
  await beginPending(request, user, { setUp })
  request.session.pendingApp = newPendingApp(request.server.config.keys['two-step'], user)
}

/** Null where it took too long, or the password or the second steps have changed since. */
export async function pendingOf(request: FastifyRequest): Promise<Pending | null> {
  const { clinic, session, server } = request
  const pending = session.pendingSignIn
  const user = clinic && (await userPending(server.db, clinic.id, pending))
  return user && pending ? { user, pending } : null
}
