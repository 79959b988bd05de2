import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { health } from '../../src/web/health.ts'
import { testDatabase } from '../support/database.ts'
import { onServer, serverUrl, withDatabase } from '../support/postgres.ts'
import t from '../support/tap.ts'
import { until } from '../support/until.ts'

t.test('a process with a migrated database is alive and ready', async (t) => {
  const { db } = await testDatabase(t)
  const app = await healthOf(t, db)
  t.match(await app.inject('/health/live'), { statusCode: 200, body: 'ok' })
  // The first look reads the migrations' files, which on a busy machine takes longer than a probe waits.
  const ready = await until('it is ready', async () => {
    const answer = await app.inject('/health/ready')
    return answer.statusCode === 503 ? null : answer
  })
  t.match(ready, { statusCode: 200, body: 'ok' })
})

t.test('a process that is about to end is alive, not ready, and closes its connections', async (t) => {
  const { db } = await testDatabase(t)
  const app = await healthOf(t, db)
  app.drain()
  const closes = { connection: 'close' }
  t.match(await app.inject('/health/live'), { statusCode: 200, headers: closes })
  t.match(await app.inject('/health/ready'), { statusCode: 503, body: 'unavailable', headers: closes })
})

t.test('a process whose database is away is alive, not ready', async (t) => {
  const db = openDatabase('postgres://nobody@127.0.0.1:1/none')
  t.teardown(() => db.destroy())
  const app = await healthOf(t, db)
  t.match(await app.inject('/health/live'), { statusCode: 200 })
  t.match(await app.inject('/health/ready'), { statusCode: 503, body: 'unavailable' })
})

t.test('a process whose database lacks migrations is not ready', async (t) => {
  const name = `frontdesk_test_${randomUUID().replaceAll('-', '')}`
  await onServer(serverUrl(), `create database ${name}`)
  const db = openDatabase(withDatabase(serverUrl(), name))
  t.teardown(async () => {
    await db.destroy()
    await onServer(serverUrl(), `drop database ${name} with (force)`)
  })
  const app = await healthOf(t, db)
  t.match(await app.inject('/health/ready'), { statusCode: 503, body: 'unavailable' })
})

async function healthOf(t: { teardown(work: () => unknown): void }, db: Database): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(health, { db })
  return app
}
