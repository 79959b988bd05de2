import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { actorOf } from '../../sessions/session-of-request.ts'
import { EmptyForm, IdParams } from '../../users/fields.ts'
import { sendCsv } from '../../web/csv.ts'
import { NotFound } from '../../web/errors.ts'
import { formOf } from '../../web/forms.ts'
import { importOfRequest, importPage } from './import-page.ts'
import { rowsOf } from './imports.ts'
import { resultsCsv } from './results.ts'
import { stopImport } from './run.ts'

const PageQuery = Type.Object({
  /** A row of the draft to change. */
  row: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,6}$' })),
  /** Stops the page from refreshing. */
  still: Type.Optional(Type.Literal('yes')),
})

export const importRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:id',
    { config: { access: 'users.add' }, schema: { params: IdParams, querystring: PageQuery } },
    async (request, reply) => importPage(request, reply, formOf()),
  )

  app.get(
    '/:id/results.csv',
    { config: { access: 'users.add' }, schema: { params: IdParams } },
    async (request, reply) => {
      const userImport = await importOfRequest(request)
      if (!userImport.startedAt) throw new NotFound()
      return sendCsv(reply, 'import-results.csv', resultsCsv(userImport, await rowsOf(app.db, userImport)))
    },
  )

  app.post(
    '/:id/stop',
    { config: { access: 'users.add', onInvalid: importPage }, schema: { params: IdParams, body: EmptyForm } },
    async (request, reply) => {
      const userImport = await importOfRequest(request)
      const actor = actorOf(request)
      await stopImport(app.db, actor, userImport)
      return reply.redirect(`/settings/imports/${userImport.id}`, 303)
    },
  )
}
