import type { FastifyReply, FastifyRequest } from 'fastify'
import { plainIp } from '../clinics/ip.ts'
import { isShutOut } from '../clinics/networks.ts'
import type { User } from '../database/schema.ts'
import { recordByIp } from './repeatable-event.ts'
import { originOf } from './session-of-request.ts'

declare module 'fastify' {
  interface Pages {
    'sessions/elsewhere': { clinicName: string; ip: string | null }
  }
}

type Guest = Pick<User, 'role' | 'isOwner' | 'anywhere'>

/** Asked at every way in, once it's clear who it is. */
export async function isElsewhere(
  { clinic, server, clientIp }: FastifyRequest,
  user: Guest,
): Promise<boolean> {
  return clinic !== null && isShutOut(server.db, clinic, user, clientIp)
}

/** For someone who is who they say, and whom the clinic limits to its networks. It names nobody: it may be a thief. */
export async function elsewherePage(
  request: FastifyRequest,
  reply: FastifyReply,
  { clinicId, id }: Pick<User, 'clinicId' | 'id'>,
): Promise<unknown> {
  const { ip, userAgent } = originOf(request)
  const actor = { clinicId, userId: id, ip, userAgent }
  await recordByIp(request.server.db, actor, { action: 'networks.refused', subjectId: id })
  const clinicName = request.clinic?.name ?? ''
  return reply.code(403).page('sessions/elsewhere', { clinicName, ip: ip && plainIp(ip) })
}
