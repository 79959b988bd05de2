import pg from 'pg'
import { stopServer } from '../../src/database/embedded-server.ts'
import { serverUrl, TEST_DATA_DIR } from './postgres.ts'

// tap runs this once, after every test file.
if (!process.env.DATABASE_URL && (await endsLastRun(serverUrl()))) await stopServer(TEST_DATA_DIR)

/** Whether no other run is using the server; drops what killed runs left in it. */
async function endsLastRun(server: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  const sessions = await client.query(
    `select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  )
  const alone = sessions.rowCount === 0
  if (alone) {
    const { rows } = await client.query(
      `select datname as name from pg_database where datname ~ '^frontdesk_test_'`,
    )
    for (const { name } of rows) await client.query(`drop database ${name}`)
  }
  await client.end()
  return alone
}
