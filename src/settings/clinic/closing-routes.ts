import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { CLOSES_AFTER_DAYS } from '../../clinics/closing.ts'
import { type FieldProblem, inWords, problem } from '../../refusal.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf, currentUser } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { EmptyForm } from '../../users/fields.ts'
import { type Form, fieldsOf, formOf } from '../../web/forms.ts'
import { formatMoment } from '../../words/dates.ts'
import { words } from '../../words/en.ts'
import { closeOwnClinic, isSameName, keepOwnClinic } from './closing.ts'

const said = words.closing

declare module 'fastify' {
  interface Pages {
    'settings/clinic/close': { form: Form; days: number; closesOn: string | null }
  }
}

const NAME_MAX_LENGTH = 200

const CloseForm = Type.Object(
  {
    typedName: Type.String({ minLength: 1, maxLength: NAME_MAX_LENGTH, message: said.enterName }),
  },
  { additionalProperties: false },
)

/** Settings > Clinic > Delete the clinic: only for owners. */
export const closingRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config: { access: 'clinic.ownership' } }, async (request, reply) =>
    closePage(request, reply, formOf()),
  )

  app.post(
    '/',
    {
      config: { access: 'clinic.ownership', verify: confirmation, rules: nameRules, onInvalid: closePage },
      schema: { body: CloseForm },
    },
    async (request, reply) => {
      requireVerified(request)
      await closeOwnClinic(app.db, actorOf(request), request.body.typedName)
      request.flash('warning', said.done({ days: CLOSES_AFTER_DAYS }))
      return reply.redirect('/settings/clinic/close', 303)
    },
  )

  app.post(
    '/undo',
    { config: { access: 'clinic.ownership' }, schema: { body: EmptyForm } },
    async (request, reply) => {
      if (await keepOwnClinic(app.db, actorOf(request))) request.flash('notice', said.kept)
      return reply.redirect('/settings/clinic/close', 303)
    },
  )
}

async function nameRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const { typedName } = fieldsOf(request)
  const { clinicName: name } = currentUser(request)
  if (typeof typedName !== 'string' || !typedName || isSameName(typedName, name)) return []
  return [inWords(problem('typedName', 'typeClinicName', { name }))]
}

async function confirmation(request: FastifyRequest): Promise<Confirmation> {
  const { clinicName } = currentUser(request)
  return {
    heading: said.title,
    consequence: said.consequence({ days: CLOSES_AFTER_DAYS }),
    rows: [{ label: words.clinics.name, value: clinicName, field: 'typedName' }],
    button: said.button,
    asksForCode: true,
  }
}

async function closePage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const closesAt = request.clinic?.closesAt
  const closesOn = closesAt ? formatMoment(closesAt, currentUser(request).timeZone) : null
  return reply.page('settings/clinic/close', { form, days: CLOSES_AFTER_DAYS, closesOn })
}
