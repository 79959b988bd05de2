import type { FastifyInstance, FastifyReply, FastifyRequest, Pages } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Keys } from '../config/keys.ts'
import type { Database } from '../database/database.ts'
import { type LinkPurpose, linkIdOf, openedIdOf, openedLink, PATHS } from '../emails/links.ts'
import { fieldsOf } from '../web/forms.ts'
import { GUEST_IDLE_MINUTES } from './session-store.ts'

const LinkParams = Type.Object({ token: Type.String({ maxLength: 200 }) })

/** A form behind a link says which link it was shown for: in another tab, somebody else's may have been opened since. */
export const LinkField = { link: Type.Optional(Type.String({ maxLength: 200 })) }

/** A link that the page can say nothing about. */
const UNKNOWN = { state: 'unknown' } as const

/** A page that has nothing to show but what it says of an unknown link. */
type ClosedPage = {
  [View in keyof Pages]: typeof UNKNOWN extends Pages[View] ? View : never
}[keyof Pages]

interface OpenedPage {
  read(db: Database, keys: Keys, token: string): Promise<{ state: string }>
  /** The view that says that a link does not work. */
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
      const { links } = app.config.keys
      const isOurs = linkIdOf(token) !== null && (await read(app.db, links, token)).state !== 'unknown'
      if (!isOurs) return reply.code(404).page(closed, UNKNOWN)
      keepOpened(reply, purpose, openedLink(links, token))
      return reply.redirect(page, 303)
    },
  )
}

/** The link that a request speaks of: its form's own, or the one that this browser opened last; empty where none is. */
export function openedIn(request: FastifyRequest, purpose: LinkPurpose): string {
  const { link } = fieldsOf(request)
  return typeof link === 'string' ? link : (request.cookies[cookieName(request, purpose)] ?? '')
}

/** For the page after this one; a form outlasts it. What has not the shape of an opened link is not kept. */
export function keepOpened(reply: FastifyReply, purpose: LinkPurpose, opened: string): void {
  if (openedIdOf(opened) === null) return
  reply.setCookie(cookieName(reply.request, purpose), opened, {
    ...{ path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps(reply.request) },
    maxAge: GUEST_IDLE_MINUTES * 60,
  })
}

/** Whoever signs in has come for something else. */
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
