import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { recordExport } from '../../events/record-export.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf, currentUser } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { EmptyForm } from '../../users/fields.ts'
import { sendCsv } from '../../web/csv.ts'
import type { Form } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import { exportUsers } from './export-users.ts'
import { countUsers } from './list/count-users.ts'
import { filterWords } from './list/filter-words.ts'
import { filterOf, foundWords, ListQuery, linksFrom, sortOf } from './list/list-page.ts'

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
      await recordExport(app.db, actorOf(request), {
        ...{ action: 'users.exported', query: request.query, submissionId: requireVerified(request) },
      })
      const people = exportUsers(app.db, currentUser(request), question)
      return sendCsv(reply, 'users-and-practitioners.csv', Readable.from(people))
    },
  )
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
