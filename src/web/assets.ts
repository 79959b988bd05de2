import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { words } from '../words/en.ts'

const PUBLIC = fileURLToPath(new URL('../../public', import.meta.url))

/** Serves `public/` under URLs that change with the content, so that browsers can cache them forever. */
export async function assets(app: FastifyInstance): Promise<(file: string) => string> {
  const version = await fingerprint()
  await app.register(fastifyStatic, { root: PUBLIC, serve: false })
  const config = { access: 'anyone' } as const
  app.get('/favicon.ico', { config }, async (_request, reply) => reply.sendFile('favicon.svg'))
  await app.register(
    async (scope) => {
      // The usual 404 page needs a session, which an image shouldn't cost.
      scope.setNotFoundHandler((_request, reply) =>
        reply.code(404).type('text/plain; charset=utf-8').send(words.errors.notFound.title),
      )
      scope.get('/:version/*', { config }, async (request, reply) => {
        const { '*': file } = request.params as { '*': string }
        return reply.removeHeader('cache-control').sendFile(file, { maxAge: '365d', immutable: true })
      })
    },
    { prefix: '/assets' },
  )
  return (file) => `/assets/${version}/${file}`
}

async function fingerprint(): Promise<string> {
  const files = (await readdir(PUBLIC, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  )
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort()
  const hash = createHash('sha256')
  for (const path of paths) hash.update(await readFile(path))
  return hash.digest('hex').slice(0, 12)
}
