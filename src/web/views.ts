import { fileURLToPath } from 'node:url'
import fastifyView from '@fastify/view'
import { Eta, type EtaConfig } from 'eta'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { words } from '../words/en.ts'

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

const VIEWS = fileURLToPath(new URL('../../views', import.meta.url))

interface ViewOptions {
  asset: (file: string) => string
  /** What every page knows about the person viewing it. */
  pageData: (request: FastifyRequest) => object
}

export const views = fp(
  async (app, { asset, pageData }: ViewOptions) => {
    await app.register(fastifyView, {
      engine: { eta: strictEta() },
      root: VIEWS,
      // It would compile every view again for every page.
      production: true,
    })

    app.decorateReply('page', async function (this: FastifyReply, view: string, data?: object | null) {
      this.type('text/html; charset=utf-8')
      return this.view(view, { ...pageData(this.request), asset, ...data })
    })
  },
  { name: 'views', dependencies: ['session'] },
)

/** Eta prints `undefined` as text; here a missing value is an error. */
export function strictEta(): Eta {
  const eta = new Eta({ views: VIEWS, cache: true, plugins: [ownDataOnly], functionHeader: KNOWS_WORDS })
  Object.assign(eta, { words })
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

/** Every view has every sentence at hand, as `words.layout.skip`. */
const KNOWS_WORDS = 'const words = this.words'

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
