import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { letAppIn } from '../../src/database/app-role.ts'
import { runServer } from '../../src/database/embedded-server.ts'
import { migrateToLatest } from '../../src/database/migrate.ts'
import { addPolicies } from './policies.ts'
import { asTestApp, isIsolated, serverUrl, TEMPLATE, TEST_DATA_DIR, withDatabase } from './postgres.ts'
import { beginRun } from './runs.js'

/** Nothing is kept for longer than the run, and no table grows so large that its upkeep pays. */
const HASTY = {
  ...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  ...{ autovacuum: 'off', jit: 'off', wal_level: 'minimal', max_wal_senders: '0' },
}

// tap runs this once, before every test file.
beginRun(TEST_DATA_DIR, process.ppid)
if (!process.env.DATABASE_URL) {
  watchOver(process.ppid)
  await runServer(TEST_DATA_DIR, HASTY)
}
await makeTemplate(serverUrl())

/** Should the runner be killed, nobody calls what comes after the run. */
function watchOver(runner: number): void {
  const program = fileURLToPath(new URL('runs.js', import.meta.url))
  const options = { detached: true, stdio: 'ignore' } as const
  spawn(process.execPath, [program, TEST_DATA_DIR, `${runner}`], options).unref()
}

async function makeTemplate(server: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  await client.query(`select pg_advisory_lock(hashtext('${TEMPLATE}'))`)
  const { rowCount } = await client.query('select from pg_database where datname = $1', [TEMPLATE])
  if (rowCount === 0) {
    const unfinished = `${TEMPLATE}_unfinished`
    await client.query(`drop database if exists ${unfinished} with (force)`)
    await client.query(`create database ${unfinished}`)
    const ownerUrl = withDatabase(server, unfinished)
    await migrateToLatest(ownerUrl)
    if (await canCreateRoles(client)) await letAppIn(ownerUrl, asTestApp(ownerUrl), { isPasswordNew: true })
    if (isIsolated) await addPolicies(ownerUrl)
    if (isIsolated) await (await import('./neighbour.ts')).addNeighbour(ownerUrl)
    await client.query(`alter database ${unfinished} rename to ${TEMPLATE}`)
  }
  await client.end()
}

async function canCreateRoles(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(
    'select rolsuper or rolcreaterole as "can" from pg_roles where rolname = current_user',
  )
  return rows[0].can
}
