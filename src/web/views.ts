import { fileURLToPath } from 'node:url'
import fastifyView from '@fastify/view'
import { Eta, type EtaConfig } from 'eta'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { can, type Permission } from '../roles/roles.ts'
import { type CurrentUser, userOf } from '../sessions/session.ts'
import { LAST_SEEN_SECONDS } from '../sessions/session-store.ts'
import { formatMoment } from '../words/dates.ts'

declare module 'fastify' {
  /** The data of every page, declared by each room beside its handlers; null where a page needs none. */
  interface Pages {}
  interface FastifyReply {
    /** Renders a view inside the layout; every view also gets `me`, `can`, `flash`, `asset` and `path`. */
    page<View extends keyof Pages>(
      view: View,
      ...data: Pages[View] extends null ? [] : [data: Pages[View]]
    ): Promise<FastifyReply>
  }
}

export interface PageData {
  me: CurrentUser | null
  can: (permission: Permission) => boolean
  flash: { kind: string; text: string } | null
  asset: (file: string) => string
  path: string
  /** How long the page may lie unused before its session ends. */
  idleSeconds: number
  /** For those who invite people: why no email leaves, and since when. */
  emailOutage: { reason: string; since: string } | null
}

const VIEWS = fileURLToPath(new URL('../../views', import.meta.url))

export const views = fp(
  async (app, options: { asset: (file: string) => string }) => {
    await app.register(fastifyView, {
      engine: { eta: strictEta() },
      root: VIEWS,
      // It would compile every view again for every page.
      production: true,
    })

    app.decorateReply('page', async function (this: FastifyReply, view: string, data?: object | null) {
      const page: PageData = { ...whatEveryPageKnows(this.request), asset: options.asset }
      this.type('text/html; charset=utf-8')
      return this.view(view, { ...page, ...data })
    })
  },
  { name: 'views', dependencies: ['session'] },
)

/** Eta prints `undefined` as text; here a value that a view forgot is an error, not a blot on the page. */
export function strictEta(): Eta {
  const eta = new Eta({ views: VIEWS, cache: true, plugins: [ownDataOnly] })
  const { resolvePath } = eta
  eta.resolvePath = remembered((view) => resolvePath?.call(eta, view) ?? view)
  const escapeHtml = eta.config.escapeFunction
  eta.configure({
    escapeFunction: (value) => {
      if (value === undefined || value === null) throw new Error('A view printed a value that is not there')
      return escapeHtml(value)
    },
  })
  return eta
}

/**
 * A partial knows what it is handed, and nothing else; handed nothing, it knows what its page does. Eta would copy all of
 * the page for it, a hundred times for a list of fifty, and what a partial may do without could come in by accident.
 */
const ownDataOnly: EtaConfig['plugins'][number] = {
  processAST: (template) => [{ t: 'e', val: OWN_INCLUDE }, ...template],
}

const OWN_INCLUDE = 'include = (view, data) => this.render(view, data ?? it, options)'

/** Every view is named from the root of all views, so its name tells where it lies. */
function remembered(resolve: (view: string) => string): (view: string) => string {
  const paths = new Map<string, string>()
  return (view) => {
    const known = paths.get(view)
    if (known) return known
    const path = resolve(view)
    paths.set(view, path)
    return path
  }
}

function whatEveryPageKnows(request: FastifyRequest): Omit<PageData, 'asset'> {
  const me = userOf(request)
  return {
    me,
    can: (permission) => me !== null && can(me, permission),
    flash: request.takeFlash(),
    emailOutage: me && can(me, 'users.invite') ? outageWords(me) : null,
    path: request.url.split('?', 1)[0] ?? '/',
    idleSeconds: (me?.idleMinutes ?? 0) * 60 - LAST_SEEN_SECONDS,
  }
}

function outageWords({ emailOutage, timeZone }: CurrentUser): PageData['emailOutage'] {
  return emailOutage && { ...emailOutage, since: formatMoment(new Date(emailOutage.since), timeZone) }
}
