import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { currentUser } from '../web/session.ts'
import { ROLES } from './roles.ts'
import { showUser } from './show-user.ts'

export const myDetailsRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config: { access: 'signed-in' } }, async (request, reply) => {
    const me = currentUser(request)
    const shown = await showUser(app.db, me, me.id)
    return reply.page('users/my-details', { ...shown, explanation: ROLES[me.role].explanation })
  })
}
