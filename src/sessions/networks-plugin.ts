import fp from 'fastify-plugin'
import { elsewherePage, isElsewhere } from './elsewhere-page.ts'
import { userOf } from './session-of-request.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A way out, which is open even to people who are away from the clinic's networks. */
    fromAnywhere?: true
  }
}

/** Asked at each request: someone signed in can go home. The session stays, for when they're back. */
export const networks = fp(
  async (app) => {
    app.addHook('onRequest', async (request, reply) => {
      const user = userOf(request)
      if (!user || request.routeOptions.config?.fromAnywhere) return
      return (await isElsewhere(request, user)) ? elsewherePage(request, reply, user) : undefined
    })
  },
  { name: 'networks', dependencies: ['session', 'views'] },
)
