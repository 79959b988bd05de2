import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbedded } from '../../src/database/embedded.ts'
import { removeStale } from '../../src/database/embedded-postmaster.ts'
import { isServerRunning, runServer, stopServer } from '../../src/database/embedded-server.ts'
import { folderWithCluster, privateFolder } from '../support/private-folder.ts'
import { startProgram } from '../support/start-program.ts'
import t from '../support/tap.ts'
import { until } from '../support/until.ts'

t.test('data survives a stop and a start', async (t) => {
  const dataDir = await folderWithCluster(t)
  const first = await startEmbedded(dataDir)
  await query(first.connectionString, 'create table notes as select 1 as note')
  await first.stop()
  t.throws(() => readFileSync(pidFile(dataDir)), { code: 'ENOENT' }, 'it has shut down in order')

  const second = await startEmbedded(dataDir)
  t.teardown(second.stop)
  t.strictSame(await query(second.connectionString, 'select note from notes'), [{ note: 1 }])
})

t.test(
  'only this machine reaches it, with the password, and it sorts the same on every machine',
  async (t) => {
    const { connectionString, stop } = await startEmbedded(privateFolder(t))
    t.teardown(stop)
    const settings = `select current_setting('listen_addresses') as hosts, current_setting('fsync') as fsync`
    t.strictSame(await query(connectionString, settings), [{ hosts: '127.0.0.1', fsync: 'on' }])
    const letters = `select lower('ÄÉ') as lower, 'Z' < 'a' as bytes`
    t.strictSame(await query(connectionString, letters), [{ lower: 'äé', bytes: true }])
    const guessed = new URL(connectionString)
    guessed.password = 'guess'
    await t.rejects(query(guessed.href, 'select 1'), { code: '28P01' })
  },
)

t.test('a second start is refused and does the first no harm', async (t) => {
  const dataDir = await folderWithCluster(t)
  const { connectionString, stop } = await startEmbedded(dataDir)
  t.teardown(stop)
  await t.rejects(startEmbedded(dataDir), {
    message: `Frontdesk is already running with the data in ${dataDir} (frontdesk process ${process.pid}).`,
  })
  t.strictSame(await query(connectionString, 'select 1 as one'), [{ one: 1 }])
})

t.test('after a crash the server comes back on the same port, with its data and its claim', async (t) => {
  const dataDir = await folderWithCluster(t)
  const { connectionString, stop } = await startEmbedded(dataDir)
  t.teardown(stop)
  await query(connectionString, 'create table notes as select 1 as note')
  process.kill(pidOf(dataDir), 'SIGKILL')

  const claimed = `select note from notes where exists (select from pg_locks where locktype = 'advisory')`
  const notes = await until('the server is back, and claimed again', async () => {
    const found = await query(connectionString, claimed).catch(() => [])
    return found.length > 0 && found
  })
  t.strictSame(notes, [{ note: 1 }])
  await t.rejects(startEmbedded(dataDir), /already running/)
})

t.test('another process that got the number of a dead server is no obstacle', async (t) => {
  const dataDir = await folderWithCluster(t)
  await runServer(dataDir)
  const lines = readFileSync(pidFile(dataDir), 'utf8').split('\n').slice(1)
  await stopServer(dataDir)
  const { uid, gid } = statSync(join(dataDir, 'postgres'))
  const { child: bystander } = await startProgram(t, 'sleep', ['60'], { uid, gid })
  writeFileSync(pidFile(dataDir), [bystander.pid, ...lines].join('\n'))

  const { connectionString, stop } = await startEmbedded(dataDir)
  t.teardown(stop)
  t.strictSame(await query(connectionString, 'select 1 as one'), [{ one: 1 }])
  t.equal(bystander.exitCode, null, 'and is left alone')
})

for (const left of ['', '\0\0\0\0', 'x', '4194304\n']) {
  t.test(`after a power cut that left ${JSON.stringify(left)} in postmaster.pid it starts`, async (t) => {
    const dataDir = await folderWithCluster(t)
    await runServer(dataDir)
    const pid = pidOf(dataDir)
    process.kill(pid, 'SIGKILL')
    await until('the killed PostgreSQL to be gone', () => !isServerRunning(dataDir))
    writeFileSync(pidFile(dataDir), left)
    const { connectionString, stop } = await startEmbedded(dataDir)
    t.teardown(stop)
    t.strictSame(await query(connectionString, 'select 1 as one'), [{ one: 1 }])
  })
}

t.test('an empty postmaster.pid is left alone while the server runs', async (t) => {
  const dataDir = await folderWithCluster(t)
  t.teardown(() => stopServer(dataDir))
  await runServer(dataDir)
  const whole = readFileSync(pidFile(dataDir))
  writeFileSync(pidFile(dataDir), '')
  removeStale(join(dataDir, 'postgres'))
  t.equal(readFileSync(pidFile(dataDir), 'utf8'), '')
  writeFileSync(pidFile(dataDir), whole)
})

t.test('data of another PostgreSQL is left alone', async (t) => {
  const dataDir = await folderWithCluster(t)
  await runServer(dataDir)
  await stopServer(dataDir)
  writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '17\n')
  await t.rejects(startEmbedded(dataDir), /is PostgreSQL 17's, but npm installed PostgreSQL 18/)
})

function pidFile(dataDir: string): string {
  return join(dataDir, 'postgres/postmaster.pid')
}

function pidOf(dataDir: string): number {
  return Number.parseInt(readFileSync(pidFile(dataDir), 'utf8'), 10)
}

async function query(connectionString: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
