import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { resendInvitation } from '../../invitations/invitations.ts'
import { actorOf, currentUser } from '../../sessions/session-of-request.ts'
import { typedOr } from '../../sessions/typed-form.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { EmptyForm, IdParams } from '../../users/fields.ts'
import { formOf } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import { addUser } from './add-user.ts'
import { addUserConfirmation, NewUserForm, newUserFrom, newUserPage, newUserRules } from './new-user-form.ts'
import { userOfRequest, userPage } from './user-page.ts'

export const userRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/new', { config: { access: 'users.add' } }, async (request, reply) =>
    newUserPage(request, reply, await typedOr(request, { timeZone: currentUser(request).timeZone })),
  )

  app.post(
    '/',
    {
      config: {
        access: 'users.add',
        verify: addUserConfirmation,
        onInvalid: newUserPage,
        rules: newUserRules,
        formAt: () => '/settings/users/new',
      },
      schema: { body: NewUserForm },
    },
    async (request, reply) => {
      const me = currentUser(request)
      const person = newUserFrom(request.body, me)
      const { emailOf = null } = request.body
      const id = await addUser(app.db, actorOf(request), person, requireVerified(request), emailOf)
      request.flash('created', words.users.add.done({ name: person.firstName, email: person.email }))
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )

  app.get(
    '/:id',
    { config: { access: 'users.show' }, schema: { params: IdParams } },
    async (request, reply) => userPage(request, reply, formOf()),
  )

  app.post(
    '/:id/invitation',
    {
      config: { access: 'users.invite', onInvalid: userPage },
      schema: { params: IdParams, body: EmptyForm },
    },
    async (request, reply) => {
      const user = await userOfRequest(request)
      await resendInvitation(app.db, actorOf(request), user.id)
      request.flash('notice', words.userPage.invitation.resent(user))
      return reply.redirect(`/settings/users/${user.id}`, 303)
    },
  )
}
