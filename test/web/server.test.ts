import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { connectionString } from '../../src/database/embedded-server.ts'
import { clinicWithConfig } from '../outages/clinic-with-config.ts'
import { testDatabase } from '../support/database.ts'
import { folderWithCluster, privateFolder } from '../support/private-folder.ts'
import { freePort, startServer, untilReady } from '../support/server-process.ts'
import t from '../support/tap.ts'

t.test('a person who starts it is told where to go, and Ctrl-C ends it and its PostgreSQL', async (t) => {
  const DATA_DIR = privateFolder(t)
  const PORT = `${await freePort()}`
  const server = await startServer(t, { DATA_DIR, PORT })
  await untilReady(server)
  t.match(server.stdout(), `http://localhost:${PORT}\n`)
  t.match(server.stdout(), new RegExp(`http://localhost:${PORT}/setup\\?code=[\\w-]{32}\n`))
  t.match(server.stdout(), `http://localhost:${PORT}/outbox\n`)
  t.match(server.stdout(), `${DATA_DIR}\n`)

  t.ok(postgresOf(DATA_DIR))
  server.child.kill('SIGINT')
  // npm passes the terminal's Ctrl-C on as well.
  server.child.kill('SIGINT')
  t.equal(await server.ended, 0)
  t.notOk(postgresOf(DATA_DIR))
  t.equal(server.stderr(), '')
})

t.test('a second start says in one line that the first is running, and leaves it alone', async (t) => {
  const DATA_DIR = await folderWithCluster(t)
  const first = await startServer(t, { DATA_DIR })
  await untilReady(first)
  const second = await startServer(t, { DATA_DIR })
  t.equal(await second.ended, 1)
  t.match(second.stderr(), /^Frontdesk could not start\. Frontdesk is already running .*\n$/)
  t.equal((await fetch(`${first.url}/health/ready`)).status, 200)
})

t.test('of two that start at the same moment in a new folder one wins', async (t) => {
  const DATA_DIR = privateFolder(t)
  const servers = await Promise.all([startServer(t, { DATA_DIR }), startServer(t, { DATA_DIR })])
  const outcomes = await Promise.allSettled(servers.map(untilReady))
  t.strictSame(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  const refusals = servers.map((server) => server.stderr()).filter(Boolean)
  t.match(refusals, [/already running/])
})

t.test('a port that is taken is named in one line, and PostgreSQL is stopped again', async (t) => {
  const DATA_DIR = await folderWithCluster(t)
  const other = createServer().listen(0, '127.0.0.1')
  t.teardown(() => other.close())
  await once(other, 'listening')
  const PORT = `${(other.address() as { port: number }).port}`
  const server = await startServer(t, { DATA_DIR, PORT })
  t.equal(await server.ended, 1)
  t.equal(server.stderr(), `Port ${PORT} is taken. Set PORT to another one.\n`)
  t.notOk(postgresOf(DATA_DIR))
})

t.test('after kill -9 the next start finds the orphaned PostgreSQL and everything in it', async (t) => {
  const DATA_DIR = await folderWithCluster(t)
  const killed = await startServer(t, { DATA_DIR })
  await untilReady(killed)
  await query(DATA_DIR, 'create table notes as select 1 as note')
  const postgres = postgresOf(DATA_DIR)
  killed.child.kill('SIGKILL')
  await killed.ended

  const next = await startServer(t, { DATA_DIR })
  await untilReady(next)
  t.equal(postgresOf(DATA_DIR), postgres)
  t.strictSame(await query(DATA_DIR, 'select note from notes'), [{ note: 1 }])
  next.child.kill('SIGTERM')
  t.equal(await next.ended, 0)
  t.notOk(postgresOf(DATA_DIR))
})

t.test('with DATABASE_URL no PostgreSQL of its own is made', async (t) => {
  const DATA_DIR = privateFolder(t)
  const { url } = await testDatabase(t)
  const server = await startServer(t, { DATA_DIR, DATABASE_URL: url })
  await untilReady(server)
  t.notOk(existsSync(join(DATA_DIR, 'postgres')))
  t.notMatch(server.stdout(), new URL(url).password || DATA_DIR)
  server.child.kill('SIGTERM')
  t.equal(await server.ended, 0)
})

t.test('a form that was half sent when the end was asked for gets its answer', async (t) => {
  const { url } = await testDatabase(t)
  const server = await startServer(t, { DATA_DIR: privateFolder(t), DATABASE_URL: url })
  await untilReady(server)
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write('POST /sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n')
  socket.write('Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\nemail')
  await delay(100)
  server.child.kill('SIGTERM')
  await delay(100)
  await t.rejects(fetch(server.url), 'nothing new is taken on')
  socket.write('=a')
  t.match(await text(socket), /^HTTP\/1\.1 4\d\d [\s\S]*\r\nconnection: close\r\n/i)
  t.equal(await server.ended, 0)
})

t.test('every fault of the configuration is a line of its own', async (t) => {
  const server = await startServer(t, { NODE_ENV: 'production', DATA_DIR: privateFolder(t), PORT: 'x' })
  t.equal(await server.ended, 1)
  t.match(server.stderr(), /^PORT must be .*\nPUBLIC_URL must be .*\nSECRET must be /)
  t.notMatch(server.stderr(), / at /)
})

t.test('a secret that is not the one the passwords were made with stops the start in one line', async (t) => {
  const { db, url } = await testDatabase(t)
  const environment = { DATA_DIR: privateFolder(t), DATABASE_URL: url }
  await clinicWithConfig(db, environment)
  const kept = join(environment.DATA_DIR, 'secret')
  const right = readFileSync(kept)

  writeFileSync(kept, '')
  const emptied = await startServer(t, environment)
  t.equal(await emptied.ended, 1)
  t.equal(emptied.stderr().split('\n').length, 2)
  t.match(emptied.stderr(), `${kept} is empty`)

  rmSync(kept)
  const another = await startServer(t, environment)
  t.equal(await another.ended, 1)
  t.match(
    another.stderr(),
    /^Frontdesk could not start\. The secret .* is not the one .* SECRET_LOST=yes.*\n$/,
  )

  writeFileSync(kept, right)
  await untilReady(await startServer(t, environment))
  await untilReady(await startServer(t, { ...environment, DATA_DIR: privateFolder(t), SECRET_LOST: 'yes' }))
})

/** The process, as the file says that PostgreSQL removes last of all. */
function postgresOf(dataDir: string): number | null {
  const file = join(dataDir, 'postgres/postmaster.pid')
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : null
}

async function query(dataDir: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: connectionString(join(dataDir, 'postgres')) })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
