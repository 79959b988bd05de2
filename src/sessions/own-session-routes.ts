import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { NotFound } from '../web/errors.ts'
import { actorOf, signOut } from '../web/session.ts'
import { endOtherSessions, endOwnSession } from './own-sessions.ts'

const SessionParams = Type.Object({
  lineage: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
})
const NoFields = Type.Object({}, { additionalProperties: false })

/** Under My details: where one is signed in, and an end to it. */
export const ownSessionRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:lineage/sign-out',
    { config: { access: 'signed-in' }, schema: { params: SessionParams, body: NoFields } },
    async (request, reply) => {
      const { lineage } = request.params
      if (lineage === request.session.lineage) {
        await signOut(request)
        request.flash('notice', 'You have signed out.')
        return reply.redirect('/sign-in', 303)
      }
      if (!(await endOwnSession(app.db, actorOf(request), lineage))) throw new NotFound()
      request.flash('notice', 'That device has been signed out.')
      return reply.redirect('/my-details', 303)
    },
  )

  app.post(
    '/sign-out',
    { config: { access: 'signed-in' }, schema: { body: NoFields } },
    async (request, reply) => {
      await endOtherSessions(app.db, actorOf(request), request.session.lineage ?? '')
      request.flash('notice', 'Every other device has been signed out.')
      return reply.redirect('/my-details', 303)
    },
  )
}
