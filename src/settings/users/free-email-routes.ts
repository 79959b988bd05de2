import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { EmptyForm, IdParams } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { words } from '../../words/en.ts'
import { freeEmail } from './free-email.ts'
import { whoRows } from './state-rows.ts'
import { userOfRequest, userPage } from './user-page.ts'

export const freeEmailRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:id/address/release',
    {
      config: { access: 'users.edit', verify: releaseConfirmation, onInvalid: userPage },
      schema: { params: IdParams, body: EmptyForm },
    },
    async (request, reply) => {
      const { id, email } = await userOfRequest(request)
      await freeEmail(app.db, actorOf(request), id, requireVerified(request))
      request.flash('notice', words.userEmail.free.done({ email }))
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

async function releaseConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  const said = words.userEmail.free
  return {
    heading: said.heading({ name: fullName(user) }),
    consequence: said.consequence({ name: user.firstName, email: user.email }),
    rows: whoRows(user),
    ...{ back: words.users.cancel, button: said.button },
  }
}
