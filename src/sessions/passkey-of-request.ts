import { createHash, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { clinicOriginOf } from '../clinics/clinic-of-request.ts'
import type { User } from '../database/schema.ts'
import { fullName } from '../users/names.ts'
import { openSignedForm, signForm } from '../web/signed-forms.ts'
import { passkeysOf } from './passkeys.ts'
import { countRequest } from './throttling.ts'
import { creationOptions, type RelyingParty, requestOptions } from './webauthn.ts'

const CHALLENGE_MINUTES = 5

/** A passkey that is being made. */
interface PendingPasskey {
  challenge: string
  since: string
}

declare module 'fastify' {
  interface Session {
    pendingPasskey?: PendingPasskey
  }
}

export function partyOf(request: FastifyRequest): RelyingParty {
  const origin = clinicOriginOf(request)
  return { name: request.clinic?.name ?? new URL(origin).hostname, origin }
}

/** Options for making a passkey, whose challenge stays in this session. */
export async function offerPasskey(
  request: FastifyRequest,
  user: Pick<User, 'clinicId' | 'id' | 'email' | 'firstName' | 'lastName'>,
): Promise<string> {
  const challenge = randomBytes(32).toString('base64url')
  request.session.pendingPasskey = { challenge, since: new Date().toISOString() }
  const known = await passkeysOf(request.server.db, user)
  const handle = Buffer.from(`${user.clinicId} ${user.id}`)
  const named = { handle, email: user.email, name: fullName(user) }
  return creationOptions(partyOf(request), named, { challenge, known })
}

/** Used once; null if it's too old. */
export function takeOffer({ session }: FastifyRequest): string | null {
  const pending = session.pendingPasskey
  delete session.pendingPasskey
  const isFresh = pending && Date.parse(pending.since) > Date.now() - CHALLENGE_MINUTES * 60_000
  return isFresh ? pending.challenge : null
}

/** What is shown is what is signed: the challenge of a form that waits to be verified is its own hash. */
export function challengeOf(signedForm: string): string {
  return createHash('sha256').update(signedForm).digest('base64url')
}

/** For signing in, before anyone is known: the challenge stays in this browser's cookie, and leaves no row behind. */
export async function beginChallenge(request: FastifyRequest, reply: FastifyReply): Promise<string> {
  const { forms } = request.server.config.keys
  const token = signForm(forms, { purpose: 'passkey', sessionId: '', url: '/sign-in/passkey', fields: {} })
  reply.setCookie(cookieName(request), token, {
    ...{ path: '/', httpOnly: true, sameSite: 'strict', secure: isHttps(request) },
    maxAge: CHALLENGE_MINUTES * 60,
  })
  return requestOptions(partyOf(request), { challenge: challengeOf(token), known: [] })
}

/** The challenge of this browser; null if it's too old, or has been used. */
export async function takeChallenge(request: FastifyRequest, reply: FastifyReply): Promise<string | null> {
  const { config, db } = request.server
  const token = request.cookies[cookieName(request)] ?? ''
  const opened = openSignedForm(config.keys.forms, token, { purpose: 'passkey', url: '/sign-in/passkey' })
  if (!opened || opened.signedAt < Date.now() - CHALLENGE_MINUTES * 60_000) return null
  reply.clearCookie(cookieName(request), { path: '/', secure: isHttps(request) })
  const once = { key: `passkey:${challengeOf(token)}`, max: 1, windowMinutes: CHALLENGE_MINUTES }
  return (await countRequest(db, once)) ? null : challengeOf(token)
}

function cookieName(request: FastifyRequest): string {
  return isHttps(request) ? '__Host-passkey' : 'passkey'
}

function isHttps({ server }: FastifyRequest): boolean {
  return server.config.publicUrl.startsWith('https:')
}
