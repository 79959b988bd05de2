import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Id } from '../../database/schema.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf, currentUser } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { IdParams } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { formatPhone } from '../../users/phone-number.ts'
import { phoneNumbersOf } from '../../users/users.ts'
import { answersOf, type Form, formOf } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import { resetSecondStep } from './reset-second-step.ts'
import { whoRows } from './state-rows.ts'
import { userOfRequest } from './user-page.ts'

const said = words.twoStep.reset

declare module 'fastify' {
  interface Pages {
    'settings/users/reset-second-step': {
      form: Form
      id: Id
      name: string
      firstName: string
      phones: string[]
    }
  }
}

const HOW = ['in person', 'phone', 'other'] as const

const ResetForm = Type.Object(
  { identifiedBy: Type.Unsafe<(typeof HOW)[number]>(Type.String({ enum: [...HOW], message: said.choose })) },
  { additionalProperties: false },
)

/** For someone who has lost their phone. */
export const resetSecondStepRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const params = IdParams

  app.get(
    '/:id/second-step/reset',
    { config: { access: 'users.edit' }, schema: { params } },
    async (request, reply) => resetPage(request, reply, formOf()),
  )

  app.post(
    '/:id/second-step/reset',
    {
      config: { access: 'users.edit', verify: resetConfirmation, onInvalid: resetPage },
      schema: { params, body: ResetForm },
    },
    async (request, reply) => {
      const { identifiedBy } = request.body
      const submission = requireVerified(request)
      const id = await resetSecondStep(app.db, actorOf(request), request.params.id, identifiedBy, submission)
      const { firstName: name, email } = await userOfRequest(request)
      request.flash('notice', said.done({ name, email }))
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

async function resetPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const user = await userOfRequest(request)
  const phones = await phoneNumbersOf(request.server.db, user)
  return reply.page('settings/users/reset-second-step', {
    ...{ form, id: user.id, name: fullName(user), firstName: user.firstName },
    phones: phones.map(({ number }) => formatPhone(number, currentUser(request).country)),
  })
}

async function resetConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  const { identifiedBy } = answersOf(request, ResetForm)
  return {
    heading: said.heading({ name: fullName(user) }),
    consequence: said.consequence({ name: user.firstName, email: user.email }),
    rows: [...whoRows(user), { label: said.how, value: said.answers[identifiedBy], field: 'identifiedBy' }],
    button: said.button,
    asksForCode: true,
  }
}
