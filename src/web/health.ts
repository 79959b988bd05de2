import fp from 'fastify-plugin'
import { sql } from 'kysely'
import type { Database } from '../database/database.ts'
import { isMigrated } from '../database/migrate.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** From now on, reports not ready and closes each connection after its response. */
    drain(): void
  }
}

const READY_WITHIN_MS = 1_000

/** Is the process alive, and should it get requests? */
export const health = fp(
  async (app, { db }: { db: Database }) => {
    let draining = false
    let migrated = false
    app.decorate('drain', () => {
      draining = true
    })
    app.addHook('onSend', async (_request, reply) => {
      if (draining) reply.header('connection', 'close')
    })

    const route = { config: { access: 'anyone' as const }, logLevel: 'silent' as const }
    app.get('/health/live', route, (_request, reply) => reply.type('text/plain; charset=utf-8').send('ok'))
    app.get('/health/ready', route, async (_request, reply) => {
      const isReady = !draining && (await within(READY_WITHIN_MS, databaseIsReady()))
      return reply
        .code(isReady ? 200 : 503)
        .type('text/plain; charset=utf-8')
        .send(isReady ? 'ok' : 'unavailable')
    })

    async function databaseIsReady(): Promise<boolean> {
      await sql`select 1`.execute(db)
      migrated ||= await isMigrated(db)
      return migrated
    }
  },
  { name: 'health' },
)

/** False if it fails or takes too long. */
async function within(milliseconds: number, answer: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false)
  })
  return Promise.race([answer.catch(() => false), late]).finally(() => clearTimeout(timer))
}
