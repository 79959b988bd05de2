import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { User } from '../../database/schema.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf } from '../../sessions/session.ts'
import { requireVerified } from '../../sessions/verification.ts'
import { RESET_VALID_MINUTES } from '../../sign-in/password-resets.ts'
import { EmptyForm, IdParams } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { sendPasswordLink, signOutEverywhere } from './sign-in-help.ts'
import { userOfRequest, userPage } from './user-page.ts'

const schema = { params: IdParams, body: EmptyForm }

/** What an administrator can do for someone who lost a device or can't sign in. */
export const signInHelpRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:id/sign-out',
    { config: { access: 'users.edit', verify: signOutConfirmation, onInvalid: userPage }, schema },
    async (request, reply) => {
      const id = await signOutEverywhere(
        app.db,
        actorOf(request),
        request.params.id,
        requireVerified(request),
      )
      const { firstName } = await userOfRequest(request)
      request.flash('notice', `${firstName} was signed out everywhere.`)
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )

  app.post(
    '/:id/password-link',
    { config: { access: 'users.edit', verify: passwordLinkConfirmation, onInvalid: userPage }, schema },
    async (request, reply) => {
      const id = await sendPasswordLink(app.db, actorOf(request), request.params.id, requireVerified(request))
      const { email } = await userOfRequest(request)
      request.flash('notice', `A link to choose a new password is on its way to ${email}.`)
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

async function signOutConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  return {
    heading: `Sign ${fullName(user)} out everywhere`,
    consequence: `${user.firstName} is signed out on every device at once, and can sign in again with the same password.`,
    ...{ rows: rowsFor(user), back: 'Cancel', button: 'Sign out everywhere' },
  }
}

async function passwordLinkConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  return {
    heading: `Send ${fullName(user)} a link to choose a new password`,
    consequence: `An email with a link goes to ${user.email}. It works once, for ${RESET_VALID_MINUTES} minutes. The current password works until then.`,
    ...{ rows: rowsFor(user), back: 'Cancel', button: 'Send the link' },
  }
}

function rowsFor(user: User): Confirmation['rows'] {
  return [
    { label: 'Name', value: fullName(user), field: 'form' },
    { label: 'Email', value: user.email, field: 'form' },
  ]
}
