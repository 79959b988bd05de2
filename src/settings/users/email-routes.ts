import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Id } from '../../database/schema.ts'
import { requestEmailChange, withdrawEmailChange } from '../../email-changes/email-changes.ts'
import { canBeInvited } from '../../invitations/invitations.ts'
import { correctEmail, revokeInvitation } from '../../invitations/revoke-invitation.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf } from '../../sessions/session-of-request.ts'
import { typedOr } from '../../sessions/typed-form.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { likelyTypo } from '../../users/email-rules.ts'
import { EmptyForm, IdParams } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { answersOf, type Form } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import { EmailForm } from './email-form.ts'
import { userOfRequest, userPage } from './user-page.ts'

declare module 'fastify' {
  interface Pages {
    'settings/users/email': { form: Form; id: Id; firstName: string; name: string; isInvited: boolean }
  }
}

/** Before someone has joined, the address is corrected at once; afterwards they confirm the new one. */
export const emailRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const params = IdParams

  app.post(
    '/:id/invitation/revocation',
    { config: { access: 'users.invite', onInvalid: userPage }, schema: { params, body: EmptyForm } },
    async (request, reply) => {
      const user = await userOfRequest(request)
      await revokeInvitation(app.db, actorOf(request), user.id)
      request.flash('notice', words.userPage.invitation.done(user))
      return reply.redirect(`/settings/users/${user.id}`, 303)
    },
  )

  app.get('/:id/address', { config: { access: 'users.edit' }, schema: { params } }, async (request, reply) =>
    emailPage(request, reply, await typedOr(request, { personEmail: (await userOfRequest(request)).email })),
  )

  app.post(
    '/:id/address',
    {
      config: {
        ...{ access: 'users.edit', verify: emailConfirmation, onInvalid: emailPage },
        formAt: ({ url }) => url,
      },
      schema: { params, body: EmailForm },
    },
    async (request, reply) => {
      const { personEmail } = request.body
      const user = await userOfRequest(request)
      const change = canBeInvited(user) ? correctEmail : requestEmailChange
      const id = await change(app.db, actorOf(request), user.id, personEmail, requireVerified(request))
      request.flash(
        'notice',
        canBeInvited(user)
          ? words.userPage.invitation.resent({ email: personEmail })
          : words.userEmail.change.done({ name: user.firstName, email: personEmail }),
      )
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )

  app.post(
    '/:id/address/withdrawal',
    { config: { access: 'users.edit', onInvalid: userPage }, schema: { params, body: EmptyForm } },
    async (request, reply) => {
      const user = await userOfRequest(request)
      request.flash(
        ...words.userEmail.withdrawal(await withdrawEmailChange(app.db, actorOf(request), user.id)),
      )
      return reply.redirect(`/settings/users/${user.id}`, 303)
    },
  )
}

async function emailConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  const { personEmail } = answersOf(request, EmailForm)
  const rows = [
    { label: words.users.emailNow, value: user.email, field: 'personEmail' },
    { label: words.users.newEmail, value: personEmail, field: 'personEmail' },
  ]
  const meant = likelyTypo(personEmail)
  const { correct, change } = words.userEmail
  return canBeInvited(user)
    ? {
        heading: correct.title({ name: fullName(user) }),
        consequence: correct.consequence,
        ...{ rows, meant, button: correct.button, asksForCode: true },
      }
    : {
        heading: change.title({ name: fullName(user) }),
        consequence: change.consequence({ name: user.firstName }),
        ...{ rows, meant, button: words.users.sendLink, asksForCode: true },
      }
}

async function emailPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const user = await userOfRequest(request)
  const names = { firstName: user.firstName, name: fullName(user) }
  return reply.page('settings/users/email', { form, id: user.id, ...names, isInvited: canBeInvited(user) })
}
