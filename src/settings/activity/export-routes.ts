import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { recordExport } from '../../events/record-export.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf, currentUser } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { EmptyForm } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { findUser } from '../../users/users.ts'
import { sendCsv } from '../../web/csv.ts'
import { NotFound } from '../../web/errors.ts'
import type { Form } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import { ActivityQuery, linkTo, wantedOf } from './activity-query.ts'
import { eventWords } from './event-words.ts'
import { exportEvents } from './export-events.ts'

/** For an auditor: what is shown, however much that is. Only a verified form gets it, never a link. */
export const activityExportRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/export',
    {
      config: { access: 'activity.show', verify: exportConfirmation, onInvalid: backToActivity },
      schema: { querystring: ActivityQuery, body: EmptyForm },
    },
    async (request, reply) => {
      const { clinicId, timeZone } = currentUser(request)
      const wanted = wantedOf(request.query)
      await recordExport(app.db, actorOf(request), {
        ...{ action: 'activity.exported', query: wanted, submissionId: requireVerified(request) },
      })
      return sendCsv(
        reply,
        'activity.csv',
        Readable.from(exportEvents(app.db, clinicId, { ...wanted, timeZone })),
      )
    },
  )
}

async function exportConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const said = words.activity.export
  const value = await filterWords(request)
  return {
    heading: said.heading,
    consequence: said.consequence,
    rows: [{ label: said.filter, value, field: 'form' }],
    ...{ back: words.users.cancel, button: said.button },
  }
}

/** Such as “Rosa Delgado, signed in, until 2026-11-24”. */
async function filterWords(request: FastifyRequest): Promise<string> {
  const { person, action, until } = wantedOf(request.query as ActivityQuery)
  const { filter, anyone, export: said } = words.activity
  const found = person && (await findUser(request.server.db, currentUser(request).clinicId, person))
  if (person && !found) throw new NotFound()
  const parts = [found && fullName(found), action && eventWords(action, anyone), until && said.until(until)]
  return parts.filter(Boolean).join(', ') || filter.everything
}

async function backToActivity(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  if (form.errors.length > 0) return reply.page('errors/refused', { problems: form.errors })
  return reply.redirect(linkTo(wantedOf(request.query as ActivityQuery)), 303)
}
