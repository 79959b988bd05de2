import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { originUnder } from '../../clinics/clinics.ts'
import { labelProblem } from '../../clinics/labels.ts'
import { type FieldProblem, inWords } from '../../refusal.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { answersOf, type Form, fieldsOf, formOf } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import { changeLabel } from './change-label.ts'

const said = words.closing.label

declare module 'fastify' {
  interface Pages {
    'settings/clinic/label': { form: Form; hosts: string }
    'settings/clinic/label-changed': { url: string }
  }
}

const LabelForm = Type.Object(
  { label: Type.String({ minLength: 1, maxLength: 100, message: words.newClinic.enterLabel }) },
  { additionalProperties: false },
)

/** Settings > Clinic > Change the web address, where there are many clinics: only for owners. */
export const labelRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config: { access: 'clinic.ownership' } }, async (request, reply) =>
    labelPage(request, reply, formOf({ label: request.clinic?.label })),
  )

  app.post(
    '/',
    {
      config: { access: 'clinic.ownership', verify: confirmation, rules: labelRules, onInvalid: labelPage },
      schema: { body: LabelForm },
    },
    async (request, reply) => {
      requireVerified(request)
      const label = request.body.label.toLowerCase()
      await changeLabel(app.db, actorOf(request), label)
      // Not a redirect: browsers follow no form to another host.
      return reply.page('settings/clinic/label-changed', { url: signInUrlAt(request, label) })
    },
  )
}

function signInUrlAt({ server }: FastifyRequest, label: string): string {
  return `${originUnder(server.config.publicUrl, label)}/sign-in`
}

async function labelRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const { label } = fieldsOf(request)
  const found = typeof label === 'string' && label ? labelProblem(label.toLowerCase()) : null
  return found ? [inWords(found)] : []
}

async function confirmation(request: FastifyRequest): Promise<Confirmation> {
  const label = answersOf(request, LabelForm).label.toLowerCase()
  return {
    heading: said.title,
    consequence: said.consequence,
    rows: [
      {
        label: words.clinics.label,
        value: originUnder(request.server.config.publicUrl, label),
        field: 'label',
      },
    ],
    button: said.title,
    asksForCode: true,
  }
}

async function labelPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  return reply.page('settings/clinic/label', { form, hosts: new URL(request.server.config.publicUrl).host })
}
