import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { formatMoment } from '../accounts/dates.ts'
import { resendInvitation } from '../invitations/invitations.ts'
import { NotFound } from '../web/errors.ts'
import { type Form, formOf } from '../web/forms.ts'
import { actorOf, currentUser } from '../web/session.ts'
import { addUser } from './add-user.ts'
import { IdParams } from './fields.ts'
import { emptyNewUser, NewUserForm, newUserAct, newUserFrom, newUserPage, newUserRules } from './new-user.ts'
import { showUser } from './show-user.ts'
import { findUser } from './users.ts'

export const userRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/new', { config: { access: 'users.add' } }, async (request, reply) =>
    newUserPage(request, reply, emptyNewUser(request)),
  )

  app.post(
    '/',
    {
      config: {
        access: 'users.add',
        reauthenticate: newUserAct,
        onInvalid: newUserPage,
        rules: newUserRules,
      },
      schema: { body: NewUserForm },
    },
    async (request, reply) => {
      const me = currentUser(request)
      const person = newUserFrom(request.body, me.country, me.timeZone)
      const actor = { ...actorOf(request), userId: me.id, role: me.role }
      const id = await addUser(app.db, actor, person, request.submission?.id ?? '')
      request.flash(
        'notice',
        `${person.firstName} has been invited. The email is on its way to ${person.email}.`,
      )
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
      schema: { params: IdParams, body: Type.Object({}, { additionalProperties: false }) },
    },
    async (request, reply) => {
      const me = currentUser(request)
      const user = await findUser(app.db, me.accountId, request.params.id)
      if (!user) throw new NotFound()
      await resendInvitation(app.db, { ...actorOf(request), userId: me.id }, user.id)
      request.flash(
        'notice',
        `A new invitation is on its way to ${user.email}. The earlier link no longer works.`,
      )
      return reply.redirect(`/settings/users/${user.id}`, 303)
    },
  )
}

async function userPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const me = currentUser(request)
  const { id } = request.params as { id: string }
  const shown = await showUser(request.server.db, me, id)
  if (!shown) throw new NotFound()
  return reply.page('users/show', { form, ...shown, moment: (date: Date) => formatMoment(date, me.timeZone) })
}
