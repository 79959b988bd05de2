import Fastify from 'fastify'
import pg from 'pg'
import { type Row, readList, readSearch, readSession, readUser } from './baseline-queries.ts'
import { rowsByHand } from './baseline-rows.ts'

/**
 * The least that the same answer costs on this stack: a bare route, the session and the rows from the database by its own
 * statements, the rows put into a page that the app has made.
 */
const ROWS_MAX = 50
const PAGE_MAX_BYTES = 1_000_000

const db = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  application_name: 'baseline',
  ...{ min: 2, idleTimeoutMillis: 300_000 },
})
const app = Fastify({ bodyLimit: PAGE_MAX_BYTES })
/** What stands before the rows, and behind them. */
const pages = new Map<string, [before: string, after: string]>()

app.addContentTypeParser('text/html', { parseAs: 'string' }, (_request, body, done) => done(null, body))

app.put<{ Params: { name: string }; Body: string }>('/pages/:name', async ({ params, body }) => {
  const [before = '', rows = '', after = ''] = body.split(/(?<=<tbody>\n)|(?=<\/tbody>)/)
  pages.set(params.name, [before, after])
  return { rows: rows.split('<tr').length - 1 }
})

app.get('/list', async (request, reply) => {
  const me = await readSession(db, request.headers.cookie)
  return reply.type('text/html; charset=utf-8').send(page('list', await readList(db, me), me.time_zone))
})

app.get<{ Querystring: { search: string } }>('/search', async (request, reply) => {
  const me = await readSession(db, request.headers.cookie)
  const rows = await readSearch(db, me, request.query.search)
  return reply.type('text/html; charset=utf-8').send(page('search', rows, me.time_zone))
})

app.get<{ Querystring: { id: string } }>('/person', async (request, reply) => {
  const me = await readSession(db, request.headers.cookie)
  await readUser(db, me, request.query.id)
  return reply.type('text/html; charset=utf-8').send(page('person', [], me.time_zone))
})

function page(name: string, rows: Row[], timeZone: string): string {
  const [before, after] = pages.get(name) ?? ['', '']
  return before + rowsByHand(rows.slice(0, ROWS_MAX), timeZone) + after
}

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
console.log('The baseline is running')
