import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** The host's alone, so that no clinic's page can read or plant it. */
const COOKIE = 'mailbox'
export const MAILBOX_KEPT_DAYS = 90
const DAY_MS = 24 * 60 * 60 * 1_000

/** The address whose mailbox was proved in this browser; null if none was, or too long ago. */
export function mailboxOf(request: FastifyRequest): string | null {
  const [text = '', signature = ''] = (request.cookies[cookieName(request)] ?? '').split('.', 2)
  const given = Buffer.from(signature, 'base64url')
  const isOurs = request.server.config.keys.cookies.some((key) => {
    const right = mac(key, text)
    return given.length === right.length && timingSafeEqual(given, right)
  })
  if (!isOurs) return null
  const { email, until } = JSON.parse(Buffer.from(text, 'base64url').toString()) as Proved
  return until > Date.now() ? email : null
}

export function keepMailbox(reply: FastifyReply, email: string): void {
  const { request } = reply
  const proved: Proved = { email, until: Date.now() + MAILBOX_KEPT_DAYS * DAY_MS }
  const text = Buffer.from(JSON.stringify(proved)).toString('base64url')
  const signature = mac(request.server.config.keys.cookies[0], text).toString('base64url')
  reply.setCookie(cookieName(request), `${text}.${signature}`, {
    ...{ path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps(request) },
    maxAge: (MAILBOX_KEPT_DAYS * DAY_MS) / 1_000,
  })
}

export function forgetMailbox(reply: FastifyReply): void {
  reply.clearCookie(cookieName(reply.request), { path: '/', secure: isHttps(reply.request) })
}

interface Proved {
  email: string
  /** In milliseconds, as Date.now() counts. */
  until: number
}

function mac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(`mailbox\n${text}`).digest()
}

function cookieName(request: FastifyRequest): string {
  return `${isHttps(request) ? '__Host-' : ''}${COOKIE}`
}

function isHttps({ server }: FastifyRequest): boolean {
  return server.config.publicUrl.startsWith('https:')
}
