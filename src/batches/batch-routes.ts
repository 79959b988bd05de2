import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { EmptyForm, IdParams } from '../users/fields.ts'
import { sendCsv } from '../web/csv.ts'
import { NotFound } from '../web/errors.ts'
import { formOf } from '../web/forms.ts'
import { actorOf } from '../web/session.ts'
import { batchOfRequest, batchPage } from './batch-page.ts'
import { rowsOf } from './batches.ts'
import { resultsCsv } from './results.ts'
import { stopBatch } from './run.ts'

const PageQuery = Type.Object({
  /** A row of the draft to be changed. */
  row: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,6}$' })),
  /** The page does not ask for itself again. */
  still: Type.Optional(Type.Literal('yes')),
})

export const batchRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:id',
    { config: { access: 'users.add' }, schema: { params: IdParams, querystring: PageQuery } },
    async (request, reply) => batchPage(request, reply, formOf()),
  )

  app.get(
    '/:id/results.csv',
    { config: { access: 'users.add' }, schema: { params: IdParams } },
    async (request, reply) => {
      const batch = await batchOfRequest(request)
      if (!batch.startedAt) throw new NotFound()
      return sendCsv(reply, 'several-people-results.csv', resultsCsv(batch, await rowsOf(app.db, batch)))
    },
  )

  app.post(
    '/:id/stop',
    { config: { access: 'users.add', onInvalid: batchPage }, schema: { params: IdParams, body: EmptyForm } },
    async (request, reply) => {
      const batch = await batchOfRequest(request)
      const actor = actorOf(request)
      await stopBatch(app.db, actor, batch)
      return reply.redirect(`/settings/users/several/${batch.id}`, 303)
    },
  )
}
