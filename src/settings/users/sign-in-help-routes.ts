import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { RESET_VALID_MINUTES } from '../../sign-in/password-resets.ts'
import { EmptyForm, IdParams } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { words } from '../../words/en.ts'
import { sendPasswordLink, signOutEverywhere } from './sign-in-help.ts'
import { whoRows } from './state-rows.ts'
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
      request.flash('notice', words.userPage.signOut.done({ name: firstName }))
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )

  app.post(
    '/:id/password-link',
    { config: { access: 'users.edit', verify: passwordLinkConfirmation, onInvalid: userPage }, schema },
    async (request, reply) => {
      const id = await sendPasswordLink(app.db, actorOf(request), request.params.id, requireVerified(request))
      const { email } = await userOfRequest(request)
      request.flash('notice', words.userPage.passwordLink.done({ email }))
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

async function signOutConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  const said = words.userPage.signOut
  return {
    heading: said.heading({ name: fullName(user) }),
    consequence: [said.consequence({ name: user.firstName }), user.secondStepSince && words.twoStep.askAgain]
      .filter(Boolean)
      .join(' '),
    ...{ rows: whoRows(user), back: words.users.cancel, button: said.button },
  }
}

async function passwordLinkConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  const said = words.userPage.passwordLink
  return {
    heading: said.heading({ name: fullName(user) }),
    consequence: said.consequence({ email: user.email, minutes: RESET_VALID_MINUTES }),
    ...{ rows: whoRows(user), back: words.users.cancel, button: words.users.sendLink },
  }
}
