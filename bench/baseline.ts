import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import bcrypt from 'bcrypt'
import Fastify from 'fastify'
import pg from 'pg'
import {
  type BaselineQuestion,
  countByHand,
  listByHand,
  readSession,
  userByHand,
} from './baseline-queries.ts'

/** The least that the same answer costs on this stack: the queries by hand, the page as it came out before. */
const COST = 12
const PAGE_MAX_BYTES = 1_000_000
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

const db = new pg.Pool({ connectionString: process.env.DATABASE_URL, min: 2, idleTimeoutMillis: 300_000 })
const app = Fastify({ bodyLimit: PAGE_MAX_BYTES })
const pages = new Map<string, string>()
const compress = promisify(brotliCompress)
const digest = createHash('sha384').update('seven green parrots').digest('base64')
const stored = await bcrypt.hash(digest, COST)

app.addContentTypeParser('text/html', { parseAs: 'string' }, (_request, body, done) => done(null, body))
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))

app.put<{ Params: { name: string }; Body: string }>('/pages/:name', async (request) => {
  pages.set(request.params.name, request.body)
  return 'kept'
})

app.get<{ Params: { page: string }; Querystring: BaselineQuestion }>(
  '/list/:page',
  async (request, reply) => {
    await readSession(db, request.headers.cookie)
    await Promise.all([listByHand(db, request.query), countByHand(db, request.query)])
    reply.type('text/html; charset=utf-8')
    const page = pages.get(request.params.page) ?? ''
    if (!request.headers['accept-encoding']) return page
    return reply.header('content-encoding', 'br').send(await compress(page, QUALITY))
  },
)

app.get<{ Params: { page: string }; Querystring: BaselineQuestion }>(
  '/person/:page',
  async (request, reply) => {
    await readSession(db, request.headers.cookie)
    await userByHand(db, request.query.clinic, request.query.id ?? '')
    return reply.type('text/html; charset=utf-8').send(pages.get(request.params.page))
  },
)

app.post('/bcrypt/compare', async () => ({ isRight: await bcrypt.compare(digest, stored) }))
app.post('/bcrypt/hash', async () => ({ hash: await bcrypt.hash(digest, COST) }))

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
console.log('The baseline is running')
