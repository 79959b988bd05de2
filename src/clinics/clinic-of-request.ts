import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
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
  async (app) => {
    app.decorateRequest('clinic', null)
    app.addHook('onRequest', async (request, reply) => {
      if (!(await findClinicOf(request))) return reply.code(404).page('clinics/unknown')
    })
  },
  { name: 'clinic-of-request', dependencies: ['public-url'] },
)

/** False at a host of no clinic. Again after set-up, which made it. */
export async function findClinicOf(request: FastifyRequest): Promise<boolean> {
  const { db, config } = request.server
  const clinic = await clinicAtHost(db, config.publicUrl, hostNameOf(request) ?? '')
  if (clinic === 'unknown') return false
  request.clinic = clinic
  return true
}

export function clinicIdOf({ clinic }: FastifyRequest): Id {
  return clinic?.id ?? NO_CLINIC
}

/** Where this request's redirects and forms may lead. */
export function clinicOriginOf({ clinic, server }: FastifyRequest): string {
  return clinic?.origin ?? server.config.publicUrl
}
