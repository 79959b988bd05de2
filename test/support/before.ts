import pg from 'pg'
import { letAppIn } from '../../src/database/app-role.ts'
import { runServer } from '../../src/database/embedded-server.ts'
import { migrateToLatest } from '../../src/database/migrate.ts'
import { withDatabase } from './database.ts'
import { asTestApp, serverUrl, TEMPLATE, TEST_DATA_DIR } from './postgres.ts'

// tap runs this once, before every test file.
if (!process.env.DATABASE_URL) {
  await runServer(TEST_DATA_DIR, { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' })
}
await makeTemplate(serverUrl())

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
