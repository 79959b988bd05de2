import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Database } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { hostNameOf } from '../web/public-url.ts'
import { type ClinicHere, clinicAtHost } from './clinics.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** By the host name; null before set-up. */
    clinic: ClinicHere | null
  }
  interface Pages {
    'clinics/unknown': null
  }
}

/** The id of no row: before set-up a request belongs to no clinic. */
const NO_CLINIC = '0'

/** Before the session, which belongs to the clinic: a host of no clinic gets a page and no cookie. */
export const clinicOfRequest = fp(
  async (app, { db, publicUrl }: { db: Database; publicUrl: string }) => {
    app.decorateRequest('clinic', null)
    app.addHook('onRequest', async (request, reply) => {
      const clinic = await clinicAtHost(db, publicUrl, hostNameOf(request) ?? '')
      if (clinic === 'unknown') return reply.code(404).page('clinics/unknown')
      request.clinic = clinic
    })
  },
  { name: 'clinic-of-request', dependencies: ['public-url'] },
)

export function clinicIdOf({ clinic }: FastifyRequest): Id {
  return clinic?.id ?? NO_CLINIC
}

/** Where this request's redirects and forms may lead. */
export function clinicOriginOf({ clinic, server }: FastifyRequest): string {
  return clinic?.origin ?? server.config.publicUrl
}
