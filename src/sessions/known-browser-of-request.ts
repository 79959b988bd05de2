import type { FastifyReply, FastifyRequest } from 'fastify'
import type { User } from '../database/schema.ts'
import {
  BROWSERS_KEPT_DAYS,
  newBrowserToken,
  noteBrowser,
  replaceToken,
  skipsCode,
} from './known-browsers.ts'
import { originOf } from './session-of-request.ts'

const TOKEN = /^[\w-]{43}$/

/** After each complete sign-in, so that the next one here is no news. One that is remembered gets a token that nobody has seen. */
export async function noteThisBrowser(
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
  rememberDays = 0,
): Promise<void> {
  const { db } = request.server
  const old = tokenOf(request)
  const token = old && rememberDays === 0 ? old : newBrowserToken()
  if (old && old !== token) await replaceToken(db, user, { old, token })
  await noteBrowser(db, user, { token, userAgent: originOf(request).userAgent, rememberDays })
  reply.setCookie(cookieName(request), token, {
    ...{ path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps(request) },
    maxAge: BROWSERS_KEPT_DAYS * 24 * 60 * 60,
  })
}

/** Only as long as the clinic lets browsers be remembered. */
export async function thisBrowserSkipsCode(request: FastifyRequest, user: User): Promise<boolean> {
  const token = tokenOf(request)
  const isAllowed = (request.clinic?.rememberDays ?? 0) > 0
  return isAllowed && token !== null && skipsCode(request.server.db, user, token)
}

function tokenOf(request: FastifyRequest): string | null {
  const token = request.cookies[cookieName(request)] ?? ''
  return TOKEN.test(token) ? token : null
}

function cookieName(request: FastifyRequest): string {
  return isHttps(request) ? '__Host-known' : 'known'
}

function isHttps({ server }: FastifyRequest): boolean {
  return server.config.publicUrl.startsWith('https:')
}
