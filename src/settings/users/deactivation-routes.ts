import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { EmptyForm, IdParams } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { words } from '../../words/en.ts'
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
      request.flash('notice', words.userPage.deactivate.done({ name: user.firstName }))
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

async function deactivation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  const said = words.userPage.deactivate
  const stops = await stopsRow(request.server.db, user, { deactivatedAt: new Date() }, 'form')
  return {
    heading: said.heading({ name: fullName(user) }),
    consequence: said.consequence({ name: user.firstName }),
    rows: [...stateRows(user), ...stops],
    back: words.users.cancel,
    button: said.button,
  }
}
