import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ROLES } from '../roles/roles.ts'
import { SESSION_MAX_HOURS } from '../sessions/live-session.ts'
import { currentUser, sessionIdOf } from '../sessions/session-of-request.ts'
import { type ShownUser, showUser } from '../settings/users/show-user.ts'
import { NotFound } from '../web/errors.ts'
import { agoWords, deviceWords } from '../words/devices.ts'
import { sessionsOf } from './my-sessions.ts'

declare module 'fastify' {
  interface Pages {
    'my-details/show': ShownUser & { devices: Device[]; explanation: string }
  }
}

interface Device {
  sessionId: string
  isThis: boolean
  device: string
  ago: string
}

export const myDetailsRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config: { access: 'signed-in' } }, async (request, reply) => {
    const me = currentUser(request)
    const shown = await showUser(app.db, me, me.id)
    if (!shown) throw new NotFound()
    const sessions = await sessionsOf(app.db, me, SESSION_MAX_HOURS)
    const devices = sessions.map(({ sessionId, userAgent, secondsAgo }) => ({
      sessionId,
      isThis: sessionId === sessionIdOf(request),
      device: deviceWords(userAgent),
      ago: agoWords(secondsAgo),
    }))
    return reply.page('my-details/show', { ...shown, devices, explanation: ROLES[me.role].explanation })
  })
}
