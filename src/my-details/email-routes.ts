import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { requestEmailChange, withdrawEmailChange } from '../email-changes/email-changes.ts'
import type { Confirmation } from '../sessions/confirmation.ts'
import { actorOf, currentUser } from '../sessions/session-of-request.ts'
import { typedOr } from '../sessions/typed-form.ts'
import { requireVerified } from '../sessions/verification-plugin.ts'
import { EmailForm } from '../settings/users/email-form.ts'
import { likelyTypo } from '../users/email-rules.ts'
import { EmptyForm } from '../users/fields.ts'
import { answersOf, type Form } from '../web/forms.ts'
import { words } from '../words/en.ts'

declare module 'fastify' {
  interface Pages {
    'my-details/email': { form: Form }
  }
}

/** My details: the sign-in address. */
export const ownEmailRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config: { access: 'my-details.edit' } }, async (request, reply) =>
    emailPage(request, reply, await typedOr(request, { personEmail: currentUser(request).email })),
  )

  app.post(
    '/',
    {
      config: {
        ...{ access: 'my-details.edit', verify: emailConfirmation, onInvalid: emailPage },
        formAt: ({ url }) => url,
      },
      schema: { body: EmailForm },
    },
    async (request, reply) => {
      const { personEmail } = request.body
      const actor = actorOf(request)
      await requestEmailChange(app.db, actor, actor.userId, personEmail, requireVerified(request))
      request.flash('notice', words.myDetails.email.done({ email: personEmail }))
      return reply.redirect('/my-details', 303)
    },
  )

  app.post(
    '/withdrawal',
    { config: { access: 'my-details.edit' }, schema: { body: EmptyForm } },
    async (request, reply) => {
      const actor = actorOf(request)
      request.flash(...words.userEmail.withdrawal(await withdrawEmailChange(app.db, actor, actor.userId)))
      return reply.redirect('/my-details', 303)
    },
  )
}

async function emailConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const { personEmail } = answersOf(request, EmailForm)
  const said = words.myDetails.email
  return {
    heading: said.title,
    consequence: said.consequence,
    rows: [
      { label: said.current, value: currentUser(request).email, field: 'personEmail' },
      { label: said.new, value: personEmail, field: 'personEmail' },
    ],
    button: said.button,
    meant: likelyTypo(personEmail),
  }
}

async function emailPage(_request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  return reply.page('my-details/email', { form })
}
