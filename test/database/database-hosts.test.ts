import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { sql } from 'kysely'
import { isDatabaseAway, openDatabase } from '../../src/database/database.ts'
import { clusterFolder } from '../../src/database/embedded-cluster.ts'
import { runServer, stopServer } from '../../src/database/embedded-server.ts'
import { isMigrated } from '../../src/database/migrate.ts'
import { prepareDatabase } from '../../src/database/prepare-database.ts'
import { startImpostor, TOLD_TO_NOBODY } from '../support/impostor.ts'
import { folderWithCluster } from '../support/private-folder.ts'
import type { Scope } from '../support/scope.ts'
import t from '../support/tap.ts'
import { until } from '../support/until.ts'

/** Copies of one cluster, so that one user and one password are good for all of them. */
async function startPostgres(t: Scope, { isStandby = false } = {}) {
  const dataDir = await folderWithCluster(t)
  if (isStandby) writeFileSync(join(clusterFolder(dataDir), 'standby.signal'), '', { mode: 0o644 })
  t.teardown(() => stopServer(dataDir))
  const url = await runServer(dataDir)
  return { url, host: new URL(url).host, stop: () => stopServer(dataDir) }
}

function naming(url: string, ...hosts: string[]): string {
  return url.replace(new URL(url).host, hosts.join(',')).concat('&target_session_attrs=read-write')
}

async function open(t: Scope, url: string) {
  const db = openDatabase(url)
  t.teardown(() => db.destroy())
  return db
}

async function silentHost(t: Scope): Promise<string> {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const isStandby = sql<{ isStandby: boolean }>`select pg_is_in_recovery() as "isStandby"`

t.test(
  'of several hosts Frontdesk writes to the one that accepts writes, and moves on with it',
  async (t) => {
    const primary = await startPostgres(t)
    const standby = await startPostgres(t, { isStandby: true })
    for (const hosts of [
      [primary.host, standby.host],
      [standby.host, primary.host],
      [await silentHost(t), '127.0.0.1:1', standby.host, primary.host],
    ]) {
      const db = await open(t, naming(primary.url, ...hosts))
      await sql`create table if not exists notes ()`.execute(db)
      t.match(await isStandby.execute(db), { rows: [{ isStandby: false }] }, hosts.join(','))
    }

    const db = await open(t, naming(primary.url, primary.host, standby.host))
    await isStandby.execute(db)
    await primary.stop()
    const error = await isStandby.execute(db).catch((error) => error)
    t.ok(isDatabaseAway(error), error.message)
    const promoting = await open(t, standby.url)
    await sql`select pg_promote()`.execute(promoting)
    await until('the other one is written to', () =>
      sql`create table notes ()`.execute(db).catch((error) => {
        if (!isDatabaseAway(error)) throw error
      }),
    )
  },
)

t.test('where no host accepts writes people are told to wait, and the log which and why', async (t) => {
  const standby = await startPostgres(t, { isStandby: true })
  const db = await open(t, naming(standby.url, '127.0.0.1:1', standby.host))
  const error = await isStandby.execute(db).catch((error) => error)
  t.ok(isDatabaseAway(error))
  t.match(error.message, /127\.0\.0\.1:1: .*ECONNREFUSED.*; 127\.0\.0\.1:\d+: accepts no writes/)
  t.notMatch(error.message, new URL(standby.url).password)

  const alone = await open(t, standby.url)
  const refused = await sql`create table notes ()`.execute(alone).catch((error) => error)
  t.ok(isDatabaseAway(refused), 'a standby behind a balancer that has not noticed yet')
})

t.test('a start migrates and lets the app in, though its first host is a standby', async (t) => {
  const primary = await startPostgres(t)
  const standby = await startPostgres(t, { isStandby: true })
  const ownerUrl = naming(primary.url, standby.host, primary.host)
  const url = ownerUrl.replace(/\/\/[^@]+@/, '//frontdesk_app:a-password-of-the-app@')
  await prepareDatabase({ ownerUrl, url })
  t.ok(await isMigrated(await open(t, url)))
})

t.test('a program in the place of one of several hosts is not told the password', async (t) => {
  const primary = await startPostgres(t)
  const impostor = await startImpostor(t, 'the password')
  const db = await open(t, naming(primary.url, new URL(impostor.url).host, primary.host))
  t.match(await isStandby.execute(db), { rows: [{ isStandby: false }] })
  t.ok(impostor.visits())
  t.notMatch(impostor.heard.join('\n'), new URL(primary.url).password)
  t.notMatch(impostor.heard.join('\n'), TOLD_TO_NOBODY)
})
