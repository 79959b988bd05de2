import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { oncePerSubmission } from '../../database/submissions.ts'
import { recordEvent } from '../../events/events.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf, currentUser } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { EmptyForm } from '../../users/fields.ts'
import { sendCsv } from '../../web/csv.ts'
import type { Form } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import { exportUsers } from './export-users.ts'
import { countUsers } from './list/count-users.ts'
import { filterOf, filterWords, foundWords, ListQuery, linksFrom, sortOf } from './list/list-page.ts'

/** Everyone's addresses and numbers in one file: only a verified form gets it, never a link. */
export const exportRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/export',
    {
      config: { access: 'users.list', verify: exportConfirmation, onInvalid: backToList },
      schema: { querystring: ListQuery, body: EmptyForm },
    },
    async (request, reply) => {
      const question = { filter: filterOf(request.query), sort: sortOf(request.query) }
      await recordExport(request, requireVerified(request))
      const people = exportUsers(app.db, currentUser(request), question)
      return sendCsv(reply, 'users-and-practitioners.csv', Readable.from(people))
    },
  )
}

/** Submitting again asks for the password again and returns the file; it's still one export. */
async function recordExport(request: FastifyRequest, submissionId: string): Promise<void> {
  const actor = actorOf(request)
  // Encoded, because people can type characters that the database can't store.
  const shown = new URLSearchParams(request.query as Record<string, string>).toString()
  await oncePerSubmission(request.server.db, actor.clinicId, submissionId, async (trx) => {
    const event = { action: 'users.exported', subjectId: actor.userId, after: { shown } }
    await recordEvent(trx, actor, { ...event, submissionId })
    return actor.userId
  })
}

async function exportConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const filter = filterOf(request.query as ListQuery)
  const { found } = await countUsers(request.server.db, currentUser(request), filter)
  const said = words.userList.export
  const rows = [
    { label: said.who, value: foundWords(found) },
    { label: said.filter, value: filterWords(filter) },
    { label: said.what, value: said.columns },
  ]
  return {
    heading: said.heading,
    consequence: said.consequence,
    rows: rows.map((row) => ({ ...row, field: 'form' })),
    ...{ back: words.users.cancel, button: said.button },
  }
}

async function backToList(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  if (form.errors.length > 0) return reply.page('errors/refused', { problems: form.errors })
  return reply.redirect(linksFrom(request.query as ListQuery)({}), 303)
}
