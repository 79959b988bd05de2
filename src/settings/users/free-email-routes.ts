import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf } from '../../sessions/session.ts'
import { requireVerified } from '../../sessions/verification.ts'
import { EmptyForm, IdParams } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { freeEmail } from './free-email.ts'
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
      request.flash('notice', `${email} is free: you can add somebody else with it.`)
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

async function releaseConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  return {
    heading: `Free the email address of ${fullName(user)}`,
    consequence: `Somebody else can then sign in with ${user.email}. What ${user.firstName} did stays under their name, and to reactivate them you need another address.`,
    rows: [
      { label: 'Name', value: fullName(user), field: 'form' },
      { label: 'Email', value: user.email, field: 'form' },
    ],
    ...{ back: 'Cancel', button: 'Free this email address' },
  }
}
