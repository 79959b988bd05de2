import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { type FieldProblem, inWords, problem } from '../refusal.ts'
import { CurrentPassword, Password } from '../sessions/password-fields.ts'
import { passwordProblems, passwordRules } from '../sessions/password-rules.ts'
import {
  actorOf,
  currentUser,
  sessionIdOf,
  startSession,
  verifierOf,
} from '../sessions/session-of-request.ts'
import { endUnverifiedSession } from '../sessions/verification-plugin.ts'
import { verify } from '../sessions/verify.ts'
import { type Form, fieldsOf, formOf } from '../web/forms.ts'
import { words } from '../words/en.ts'
import { changePassword } from './change-password.ts'

declare module 'fastify' {
  interface Pages {
    'my-details/password': { form: Form; passwordRules: readonly string[] }
  }
}

const ChangePasswordForm = Type.Object(
  { currentPassword: CurrentPassword, password: Password },
  { additionalProperties: false },
)

export const passwordRoutes: FastifyPluginAsyncTypebox = async (app) => {
  // Password managers look here for the page that changes a password.
  app.get('/.well-known/change-password', { config: { access: 'anyone' } }, async (_request, reply) =>
    reply.redirect('/my-details/password', 303),
  )

  app.get('/my-details/password', { config: { access: 'my-details.edit' } }, async (request, reply) =>
    passwordPage(request, reply, formOf()),
  )

  app.post(
    '/my-details/password',
    {
      config: { access: 'my-details.edit', onInvalid: passwordPage, rules: changePasswordRules },
      schema: { body: ChangePasswordForm },
    },
    async (request, reply) => {
      const { currentPassword, password } = request.body
      const sessionId = sessionIdOf(request)
      const verification = await verify(verifierOf(request), { password: currentPassword })
      if (!verification.isVerified) {
        const refused = inWords(verification.problem)
        if (verification.endsSession) return endUnverifiedSession(request, reply, refused.message)
        return passwordPage(request, reply.code(verification.status), formOf({}, [refused]))
      }
      const hash = await app.passwords.hash(password)
      await startSession(request, await changePassword(app.db, actorOf(request), sessionId, hash))
      request.flash('notice', words.myDetails.password.done)
      return reply.redirect('/my-details', 303)
    },
  )
}

async function passwordPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  currentUser(request)
  return reply.page('my-details/password', { form, passwordRules: passwordRules(request.clinic) })
}

async function changePasswordRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const { firstName, lastName, email, clinicName } = currentUser(request)
  const { password, currentPassword } = fieldsOf(request)
  if (password && password === currentPassword) return [inWords(problem('password', 'passwordUnchanged'))]
  return passwordProblems(password, { firstName, lastName, email, clinicName }, request.clinic)
}
