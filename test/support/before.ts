import pg from 'pg'
import { runServer } from '../../src/database/embedded-server.ts'
import { migrateToLatest } from '../../src/database/migrate.ts'
import { withDatabase } from './database.ts'
import { serverUrl, TEMPLATE, TEST_DATA_DIR } from './postgres.ts'

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
    await migrateToLatest(withDatabase(server, unfinished))
    await client.query(`alter database ${unfinished} rename to ${TEMPLATE}`)
  }
  await client.end()
}
