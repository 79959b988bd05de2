import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { recordEvent } from '../../events/events.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf, currentUser } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { EmptyForm } from '../../users/fields.ts'
import type { Form } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import { exportClinic } from './export-clinic.ts'

const said = words.closing.export

declare module 'fastify' {
  interface Pages {
    'settings/clinic/export': { form: Form | null }
  }
}

/** Settings > Clinic > Export everything: only for owners. */
export const clinicExportRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config: { access: 'clinic.ownership' } }, async (_request, reply) =>
    reply.page('settings/clinic/export', { form: null }),
  )

  app.post(
    '/',
    {
      config: { access: 'clinic.ownership', verify: confirmation, onInvalid: exportPage },
      schema: { body: EmptyForm },
    },
    async (request, reply) => {
      const submissionId = requireVerified(request)
      await recordEvent(app.db, actorOf(request), { action: 'clinic.exported', submissionId })
      const file = await exportClinic(app.db, currentUser(request).clinicId)
      return reply
        .headers({
          'content-type': 'application/gzip',
          'content-disposition': `attachment; filename="${request.clinic?.label ?? 'clinic'}.jsonl.gz"`,
        })
        .send(file)
    },
  )
}

async function confirmation(): Promise<Confirmation> {
  return {
    heading: said.title,
    consequence: said.consequence,
    rows: [{ label: said.what, value: said.whatValue, field: 'form' }],
    ...{ back: words.users.cancel, button: said.button, asksForCode: true },
  }
}

async function exportPage(_request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  return reply.page('settings/clinic/export', { form })
}
