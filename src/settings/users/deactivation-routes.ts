import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf } from '../../sessions/session.ts'
import { requireVerified } from '../../sessions/verification.ts'
import { EmptyForm, IdParams } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { deactivateUser } from './deactivate-user.ts'
import { stateRows } from './state-rows.ts'
import { stopsRow } from './stops.ts'
import { userOfRequest, userPage } from './user-page.ts'

const schema = { params: IdParams, body: EmptyForm }

export const deactivationRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:id/deactivation',
    { config: { access: 'users.deactivate', verify: deactivation, onInvalid: userPage }, schema },
    async (request, reply) => {
      const actor = actorOf(request)
      const id = await deactivateUser(app.db, actor, request.params.id, requireVerified(request))
      const user = await userOfRequest(request)
      request.flash('notice', `${user.firstName} is deactivated and was signed out everywhere.`)
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

async function deactivation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  const consequence =
    `${user.firstName} is signed out everywhere at once and cannot sign in. Invitations to them and by them stop working. ` +
    'Nothing that they wrote is lost, and you can reactivate them at any time.'
  const stops = await stopsRow(request.server.db, user, { deactivatedAt: new Date() }, 'form')
  return {
    heading: `Deactivate ${fullName(user)}`,
    consequence,
    rows: [...stateRows(user), ...stops],
    back: 'Cancel',
    button: 'Deactivate',
  }
}
