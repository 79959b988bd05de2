import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { log as said } from '../words/en/log.ts'
import type { SessionsForErrors } from './errors.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

interface Options {
  /** Ours, as this request sees it. */
  originOf: (request: FastifyRequest) => string
  record: SessionsForErrors['record']
}

/**
 * Refuses forms that another site posts in a signed-in person's name. Browsers say where a request comes
 * from in Sec-Fetch-Site; for older ones the Origin must be ours.
 */
export const sameOrigin = fp(
  async (app, { originOf, record }: Options) => {
    app.addHook('preValidation', async (request, reply) => {
      if (SAFE_METHODS.has(request.method) || comesFromUs(request, originOf(request))) return
      request.log.warn({ origin: request.headers.origin }, said.crossOrigin)
      const asked = `${request.method} ${request.routeOptions.url}`
      await record(request, { action: 'foreign-form.refused', after: { asked } })
      return reply.code(403).page('errors/foreign-origin')
    })
  },
  { name: 'same-origin', dependencies: ['access'] },
)

function comesFromUs({ headers }: FastifyRequest, origin: string): boolean {
  const site = headers['sec-fetch-site']
  return site ? site === 'same-origin' || site === 'none' : headers.origin === origin
}
