import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { EmailAddress, EmptyForm, IdParams } from '../users/fields.ts'
import { fullName } from '../users/names.ts'
import { userOfRequest, userPage } from '../users/user-page.ts'
import { type Form, formOf } from '../web/forms.ts'
import { type Act, requireProof } from '../web/reauthentication.ts'
import { actorOf } from '../web/session.ts'
import { correctAddress, revokeInvitation } from './revoke-invitation.ts'

const AddressForm = Type.Object(
  { personEmail: EmailAddress('Enter an email address. The invitation goes there.') },
  { additionalProperties: false },
)

export const addressRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:id/invitation/revocation',
    {
      config: { access: 'users.invite', onInvalid: userPage },
      schema: { params: IdParams, body: EmptyForm },
    },
    async (request, reply) => {
      const user = await userOfRequest(request)
      await revokeInvitation(app.db, actorOf(request), user.id)
      request.flash('notice', `The invitation to ${user.email} is withdrawn. Its link no longer works.`)
      return reply.redirect(`/settings/users/${user.id}`, 303)
    },
  )

  app.get(
    '/:id/address',
    { config: { access: 'users.edit' }, schema: { params: IdParams } },
    async (request, reply) =>
      addressPage(request, reply, formOf({ personEmail: (await userOfRequest(request)).email })),
  )

  app.post(
    '/:id/address',
    {
      config: { access: 'users.edit', reauthenticate: addressAct, onInvalid: addressPage },
      schema: { params: IdParams, body: AddressForm },
    },
    async (request, reply) => {
      const { personEmail } = request.body
      const actor = actorOf(request)
      const id = await correctAddress(app.db, actor, request.params.id, personEmail, requireProof(request))
      request.flash(
        'notice',
        `A new invitation is on its way to ${personEmail}. The earlier link no longer works.`,
      )
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

async function addressAct(request: FastifyRequest): Promise<Act> {
  const user = await userOfRequest(request)
  const { personEmail } = request.body as { personEmail: string }
  return {
    heading: `Correct ${fullName(user)}’s address`,
    consequence: 'The earlier link stops working, and a new invitation goes to the new address.',
    rows: [
      { label: 'Email now', value: user.email, field: 'personEmail' },
      { label: 'New email', value: personEmail, field: 'personEmail' },
    ],
    button: 'Correct and invite',
  }
}

async function addressPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const user = await userOfRequest(request)
  return reply.page('invitations/address', { form, id: user.id, name: fullName(user) })
}
