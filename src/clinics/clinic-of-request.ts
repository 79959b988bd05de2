import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { INSTALLATION } from '../database/columns.ts'
import type { Id } from '../database/schema.ts'
import { hostNameOf } from '../web/public-url.ts'
import { type ClinicHere, clinicAtHost, type Moved, type Visited } from './clinics.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Where many clinics are: the host of PUBLIC_URL itself, or every host; a clinic's own if left out. */
    at?: 'bare host' | 'any host'
  }
  interface FastifyRequest {
    /** By the host name; null before set-up, and at the bare host. */
    clinic: ClinicHere | null
    /** The host of PUBLIC_URL, where many clinics are: people find theirs here, or set one up. */
    isAtBareHost: boolean
  }
  interface Pages {
    'clinics/unknown': null
    'clinics/suspended': { clinicName: string; reason: string }
  }
}

/** Before the session, which belongs to the clinic: a host of no clinic gets a page and no cookie. */
export const clinicOfRequest = fp(
  async (app) => {
    app.decorateRequest('clinic', null)
    app.decorateRequest('isAtBareHost', false)
    app.addHook('onRequest', async (request, reply) => {
      const found = await findClinicOf(request)
      if (isMoved(found)) return sendToNewHost(request, reply, found)
      const { at } = request.routeOptions.config ?? {}
      const isHere = found === 'bare host' ? at !== undefined : found !== 'unknown' && at !== 'bare host'
      if (!isHere) return reply.code(404).page('clinics/unknown')
      const { name: clinicName = '', suspendReason: reason } = request.clinic ?? {}
      return reason ? reply.code(403).page('clinics/suspended', { clinicName, reason }) : undefined
    })
  },
  { name: 'clinic-of-request', dependencies: ['public-url'] },
)

/** Again after set-up, which made it. */
export async function findClinicOf(request: FastifyRequest): Promise<Visited> {
  const { db, config } = request.server
  const found = await clinicAtHost(db, config, hostNameOf(request) ?? '')
  request.isAtBareHost = found === 'bare host'
  request.clinic = found !== null && typeof found === 'object' && !isMoved(found) ? found : null
  return found
}

function isMoved(found: Visited): found is Moved {
  return found !== null && typeof found === 'object' && 'movedTo' in found
}

/** Not for good: a year later the old address can be another clinic's. Nothing that was typed goes to another host. */
function sendToNewHost(request: FastifyRequest, reply: FastifyReply, { movedTo }: Moved): unknown {
  const isReading = request.method === 'GET' || request.method === 'HEAD'
  if (isReading) return reply.redirect(movedTo + request.url, 302)
  return reply.code(404).page('clinics/unknown')
}

export function clinicIdOf({ clinic }: FastifyRequest): Id {
  return clinic?.id ?? INSTALLATION
}

/** Where this request's redirects and forms may lead. */
export function clinicOriginOf({ clinic, server }: FastifyRequest): string {
  return clinic?.origin ?? server.config.publicUrl
}
