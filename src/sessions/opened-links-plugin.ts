import type { FastifyInstance, FastifyReply, FastifyRequest, Pages } from 'fastify'
import { type Static, Type } from 'typebox'
import { clinicIdOf } from '../clinics/clinic-of-request.ts'
import type { Database } from '../database/database.ts'
import { type LinkPurpose, type Links, linkIdOf, openedIdOf, openedLink, PATHS } from '../emails/links.ts'
import { fieldsOf } from '../web/forms.ts'
import { GUEST_IDLE_MINUTES } from './live-session.ts'

const LinkParams = Type.Object({ token: Type.String({ maxLength: 200 }) })

/** A form behind a link names its link, because another might have been opened in another tab since. */
export const LinkField = { link: Type.Optional(Type.String({ maxLength: 200 })) }

/** A link that we know nothing about. */
const UNKNOWN = { state: 'unknown' } as const

/** A page with nothing to show except about an unknown link. */
type ClosedPage = {
  [View in keyof Pages]: typeof UNKNOWN extends Pages[View] ? View : never
}[keyof Pages]

interface OpenedPage {
  read(db: Database, links: Links, token: string): Promise<{ state: string }>
  /** The view for a link that doesn't work. */
  closed: ClosedPage
}

/**
 * The address in an email, the purpose's page and a token after it. Mail scanners open every link: this only shows. The
 * token leaves the address, and with it the history and the log; what the browser keeps instead opens no link. What is
 * not of our making is answered at once and leaves nothing behind, neither a cookie nor a row.
 */
export function openLinksTo(app: FastifyInstance, purpose: LinkPurpose, { read, closed }: OpenedPage): void {
  const page = PATHS[purpose]
  app.get<{ Params: Static<typeof LinkParams> }>(
    `${page.slice(app.prefix.length)}/:token`,
    { config: { access: 'anyone' }, schema: { params: LinkParams } },
    async (request, reply) => {
      const { token } = request.params
      const links = linksOf(request)
      const isOurs = linkIdOf(token) !== null && (await read(app.db, links, token)).state !== 'unknown'
      if (!isOurs) return reply.code(404).page(closed, UNKNOWN)
      keepOpened(reply, purpose, openedLink(links.keys, token))
      return reply.redirect(page, 303)
    },
  )
}

export function linksOf(request: FastifyRequest): Links {
  return { clinicId: clinicIdOf(request), keys: request.server.config.keys.links }
}

/** The link of a request: its form's, or the one this browser opened last; empty if there is none. */
export function openedIn(request: FastifyRequest, purpose: LinkPurpose): string {
  const { link } = fieldsOf(request)
  return typeof link === 'string' ? link : (request.cookies[cookieName(request, purpose)] ?? '')
}

/** For the next page only; a form outlasts it. Malformed values aren't kept. */
export function keepOpened(reply: FastifyReply, purpose: LinkPurpose, opened: string): void {
  if (openedIdOf(opened) === null) return
  reply.setCookie(cookieName(reply.request, purpose), opened, {
    ...{ path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps(reply.request) },
    maxAge: GUEST_IDLE_MINUTES * 60,
  })
}

/** Someone signing in has come for something else. */
export function dropOpened(reply: FastifyReply, purpose: LinkPurpose): void {
  const name = cookieName(reply.request, purpose)
  if (reply.request.cookies[name]) reply.clearCookie(name, { path: '/', secure: isHttps(reply.request) })
}

function cookieName(request: FastifyRequest, purpose: LinkPurpose): string {
  return `${isHttps(request) ? '__Host-' : ''}opened${PATHS[purpose].replace('/', '-')}`
}

function isHttps({ server }: FastifyRequest): boolean {
  return server.config.publicUrl.startsWith('https:')
}
