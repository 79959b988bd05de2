import { randomUUID } from 'node:crypto'
import fastifyCookie from '@fastify/cookie'
import fastifySession from '@fastify/session'
import type { FastifyRequest, Session } from 'fastify'
import fp from 'fastify-plugin'
import { clinicIdOf } from '../clinics/clinic-of-request.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { SecondStep, User } from '../database/schema.ts'
import type { ActingUser } from '../events/events.ts'
import type { CurrentUser } from './live-session.ts'
import { renewCookie } from './renewed-cookie-plugin.ts'
import { SessionStore } from './session-store-plugin.ts'
import { clinicIdIn, newToken } from './session-token.ts'
import { endSession, type SessionKey } from './sessions.ts'
import type { StoredSession } from './stored-session.ts'
import type { Verifier } from './verify.ts'

export type { CurrentUser } from './live-session.ts'

declare module 'fastify' {
  interface Session extends StoredSession {
    flash?: Flash
    /** A form that ran into the end of its session, to be shown again filled in; signed, as PostgreSQL keeps no NUL. */
    interrupted?: string
  }
  interface FastifyRequest {
    flash(kind: Flash['kind'], text: string): void
    takeFlash(): Flash | null
  }
}

interface Flash {
  /** `created` is the last step of Add user. */
  kind: 'notice' | 'warning' | 'created'
  text: string
}

/** `Clear-Site-Data` on signing out; not for cookies, because we replace ours. */
export const FORGET_EVERYTHING = '"cache", "storage"'

export const session = fp(
  async (app, { config, db }: { config: Config; db: Database }) => {
    const https = config.publicUrl.startsWith('https:')
    await app.register(fastifyCookie)
    // Browsers don't let another host or plain HTTP set a __Host- cookie.
    const name = https ? '__Host-session' : 'session'
    const options = { path: '/', httpOnly: true, sameSite: 'lax', secure: https } as const
    const secrets = config.keys.cookies.map((key) => key.toString('base64url'))
    // Another clinic's cookie opens nothing here.
    app.addHook('onRequest', async (request) => {
      if (clinicIdIn(request.cookies[name] ?? '') !== clinicIdOf(request)) delete request.cookies[name]
    })
    renewCookie(app, { name, secrets, options })
    await app.register(fastifySession, {
      secret: secrets,
      cookieName: name,
      cookie: { ...options },
      store: new SessionStore(db),
      idGenerator: (request) => newToken(request ? clinicIdOf(request) : ''),
      saveUninitialized: false,
      rolling: false,
    })

    app.decorateRequest('flash', function (this: FastifyRequest, kind: Flash['kind'], text: string) {
      this.session.flash = { kind, text }
    })
    app.decorateRequest('takeFlash', function (this: FastifyRequest) {
      const flash = this.session?.flash ?? null
      if (flash) delete this.session.flash
      return flash
    })
  },
  { name: 'session' },
)

/**
 * The one door in, for someone who has just proved who they are. The browser's previous session is gone.
 * @param secondStep what they showed after their password; a session of their own passes on what it had
 */
export async function startSession(
  request: FastifyRequest,
  user: Pick<User, 'id' | 'passwordHash' | 'factorGeneration'>,
  secondStep?: SecondStep,
): Promise<void> {
  const now = new Date().toISOString()
  const own = request.session.userId === user.id ? request.session : null
  const kept = { secondStep: own?.secondStep, secondStepAt: own?.secondStepAt }
  await request.session.regenerate(['interrupted'])
  Object.assign(request.session, {
    stableId: randomUUID(),
    userId: user.id,
    signedInAt: now,
    ...(secondStep ? { secondStep, ...(secondStep !== 'known browser' && { secondStepAt: now }) } : kept),
    ...originOf(request),
    begunWith: { passwordHash: user.passwordHash, factorGeneration: user.factorGeneration },
  } satisfies Partial<Session>)
}

/** The same session with a new token. */
export async function rotateToken(request: FastifyRequest): Promise<void> {
  const step = ['secondStep', 'secondStepAt'] as const
  await request.session.regenerate(['stableId', 'userId', 'signedInAt', ...step, 'ip', 'userAgent', 'user'])
}

/** Ends the session with every token it had; the browser starts afresh. */
export async function signOut(request: FastifyRequest): Promise<void> {
  // No one is signed in, so there's nothing to record.
  if (!request.session.user) return
  await endSession(request.server.db, sessionKeyOf(request))
  await request.session.regenerate()
}

/** Empty for a guest. */
export function sessionIdOf(request: FastifyRequest): string {
  return request.session?.stableId ?? ''
}

/** For what's kept with the session. */
export function sessionKeyOf(request: FastifyRequest): SessionKey {
  return { clinicId: clinicIdOf(request), sessionId: sessionIdOf(request) }
}

export function userOf(request: FastifyRequest): CurrentUser | null {
  return request.session?.user ?? null
}

/** The signed-in person; only for routes whose `access` requires one. */
export function currentUser(request: FastifyRequest): CurrentUser {
  const user = userOf(request)
  if (!user) throw new Error(`${request.routeOptions.url} needs someone signed in`)
  return user
}

export function actorOf(request: FastifyRequest): ActingUser {
  const { clinicId, id } = currentUser(request)
  return { clinicId, userId: id, ...originOf(request) }
}

/** Where a request comes from, for people who aren't signed in yet. */
export function originOf(request: FastifyRequest): {
  ip: string | null
  userAgent: string | null
} {
  return { ip: request.clientIp, userAgent: request.headers['user-agent']?.slice(0, 300) ?? null }
}

export function verifierOf(request: FastifyRequest): Verifier {
  const { db, passwords, config } = request.server
  const session = sessionKeyOf(request)
  const { sessionId } = session
  const keys = config.keys['two-step']
  return { db, passwords, keys, session, sessionId, actor: actorOf(request), user: currentUser(request) }
}
