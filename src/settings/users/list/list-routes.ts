import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { currentUser } from '../../../sessions/session-of-request.ts'
import { NotFound } from '../../../web/errors.ts'
import { type Counts, countClinic, countFound } from './count-users.ts'
import {
  cursorOf,
  filterOf,
  type ListPage,
  ListQuery,
  type ListRow,
  listPage,
  listRow,
  sortOf,
} from './list-page.ts'
import { listUsers } from './list-users.ts'

declare module 'fastify' {
  interface Pages {
    'settings/users/list/index': ListPage & { rows: ListRow[]; counts: Counts }
  }
}

export const listRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    { config: { access: 'users.list' }, schema: { querystring: ListQuery } },
    async (request, reply) => {
      const { query } = request
      const me = currentUser(request)
      const [filter, sort] = [filterOf(query), sortOf(query)]
      const [after, before] = [cursorOf(query.after, sort), cursorOf(query.before, sort)]
      if (after === null || before === null) throw new NotFound()
      const [page, ofClinic] = await Promise.all([
        listUsers(app.db, me, { filter, sort, after, before }),
        countClinic(app.db, me),
      ])
      const counts = { ...ofClinic, found: await countFound(app.db, me, filter, ofClinic, page) }
      const rows = page.users.map((user) => listRow(user, me.timeZone))
      return reply.page('settings/users/list/index', { ...listPage(query, page, counts), rows, counts })
    },
  )
}
