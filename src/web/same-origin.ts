import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { recordRepeatable } from '../sessions/repeatable-event.ts'
import { actorOf, userOf } from '../sessions/session.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses forms that another site posts in a signed-in person's name. Browsers say where a request comes
 * from in Sec-Fetch-Site; for older ones the Origin must be ours.
 */
export const sameOrigin = fp(
  async (app, { publicUrl }: { publicUrl: string }) => {
    app.addHook('preValidation', async (request, reply) => {
      if (SAFE_METHODS.has(request.method) || comesFromUs(request, publicUrl)) return
      request.log.warn({ origin: request.headers.origin }, 'refused a form from a foreign origin')
      if (userOf(request)) {
        const asked = `${request.method} ${request.routeOptions.url}`
        const event = { action: 'foreign-form.refused', after: { asked } }
        await recordRepeatable(request.server.db, actorOf(request), event)
      }
      return reply.code(403).page('errors/foreign-origin')
    })
  },
  { name: 'same-origin', dependencies: ['access'] },
)

function comesFromUs({ headers }: FastifyRequest, publicUrl: string): boolean {
  const site = headers['sec-fetch-site']
  return site ? site === 'same-origin' || site === 'none' : headers.origin === publicUrl
}
