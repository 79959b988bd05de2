import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { recordEvent } from '../events/events.ts'
import { sendCsv } from '../web/csv.ts'
import { NotFound } from '../web/errors.ts'
import { actorOf, currentUser } from '../web/session.ts'
import { countUsers } from './count-users.ts'
import { exportUsers } from './export-users.ts'
import { filterOf, ListQuery, listPage, listRow, placeOf, sortOf } from './list-page.ts'
import { listUsers } from './list-users.ts'

export const listRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    { config: { access: 'users.list' }, schema: { querystring: ListQuery } },
    async (request, reply) => {
      const { query } = request
      const me = currentUser(request)
      const [filter, sort] = [filterOf(query), sortOf(query)]
      const [after, before] = [placeOf(query.after, sort), placeOf(query.before, sort)]
      if (after === null || before === null) throw new NotFound()
      const [page, counts] = await Promise.all([
        listUsers(app.db, me, { filter, sort, after, before }),
        countUsers(app.db, me, filter),
      ])
      const rows = page.users.map((user) => listRow(user, me.timeZone))
      return reply.page('users/index', { ...listPage(query, page, counts), rows, counts })
    },
  )

  app.get(
    '/export.csv',
    // Answering HEAD would read everybody and throw them away.
    { config: { access: 'users.list' }, schema: { querystring: ListQuery }, exposeHeadRoute: false },
    async (request, reply) => {
      const question = { filter: filterOf(request.query), sort: sortOf(request.query) }
      // Encoded: what was typed may hold characters that the database does not keep.
      const shown = new URLSearchParams(request.query as Record<string, string>).toString()
      await recordEvent(app.db, actorOf(request), { action: 'users.exported', after: { shown } })
      const people = exportUsers(app.db, currentUser(request), question)
      return sendCsv(reply, 'users-and-practitioners.csv', Readable.from(people))
    },
  )
}
