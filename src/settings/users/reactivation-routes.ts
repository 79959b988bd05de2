import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Id } from '../../database/schema.ts'
import { type FieldProblem, inWords, problem } from '../../refusal.ts'
import { can } from '../../roles/roles.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { likelyTypo } from '../../users/email-rules.ts'
import { EmailField, IdParams } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { answersOf, type Form, fieldsOf, formOf } from '../../web/forms.ts'
import { refusals } from '../../words/en/refusals.ts'
import { words } from '../../words/en.ts'
import { reactivateUser } from './deactivate-user.ts'
import { stateRows } from './state-rows.ts'
import { userOfRequest, userPage } from './user-page.ts'

declare module 'fastify' {
  interface Pages {
    'settings/users/reactivate': { form: Form; id: Id; firstName: string; name: string; email: string }
  }
}

const ReactivationForm = Type.Object(
  { personEmail: Type.Optional(EmailField(refusals.emailFreed)) },
  { additionalProperties: false },
)

/** One button; a page only for people whose address was freed, because they need another. */
export const reactivationRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const params = IdParams

  app.get(
    '/:id/reactivation',
    { config: { access: 'users.deactivate' }, schema: { params } },
    async (request, reply) => {
      const user = await userOfRequest(request)
      if (!user.emailFreedAt) return reply.redirect(`/settings/users/${user.id}`, 303)
      return reactivationPage(request, reply, formOf())
    },
  )

  app.post(
    '/:id/reactivation',
    {
      config: {
        access: 'users.deactivate',
        verify: reactivation,
        onInvalid: reactivationPage,
        rules: reactivationRules,
      },
      schema: { params, body: ReactivationForm },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const { personEmail } = request.body
      const id = await reactivateUser(app.db, actor, request.params.id, requireVerified(request), personEmail)
      const user = await userOfRequest(request)
      request.flash('notice', words.userPage.reactivate.done({ name: user.firstName, email: user.email }))
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

async function reactivation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  const { personEmail } = answersOf(request, ReactivationForm)
  const email = user.emailFreedAt && personEmail ? personEmail : user.email
  const said = words.userPage.reactivate
  const consequence = said.consequence({ name: user.firstName })
  return {
    heading: said.title({ name: fullName(user) }),
    ...{ consequence, rows: stateRows({ ...user, email }), meant: user.emailFreedAt && likelyTypo(email) },
    ...{ back: words.users.cancel, button: said.button },
    asksForCode: can(user, 'users.edit') || email !== user.email,
  }
}

async function reactivationRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const user = await userOfRequest(request)
  const { personEmail } = fieldsOf(request)
  return user.emailFreedAt && !personEmail ? [inWords(problem('personEmail', 'emailFreed'))] : []
}

async function reactivationPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const user = await userOfRequest(request)
  if (!user.emailFreedAt) return userPage(request, reply, form)
  const names = { firstName: user.firstName, name: fullName(user), email: user.email }
  return reply.page('settings/users/reactivate', { form, id: user.id, ...names })
}
