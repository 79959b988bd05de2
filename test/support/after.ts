import pg from 'pg'
import { stopServer } from '../../src/database/embedded-server.ts'
import { reportIsolation } from './isolation-report.ts'
import { isIsolated, serverUrl, TEST_DATA_DIR } from './postgres.ts'
import { endRun } from './runs.js'

// tap runs this once, after every test file.
if (isIsolated)
  await reportIsolation().then(console.log, (error) => {
    console.error(error.message)
    process.exitCode = 1
  })

if (endRun(TEST_DATA_DIR, process.ppid) && !process.env.DATABASE_URL) {
  await dropLeftovers(serverUrl())
  await stopServer(TEST_DATA_DIR)
}

/** What killed tests left behind. */
async function dropLeftovers(server: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  const { rows } = await client.query(
    `select datname as name from pg_database where datname ~ '^frontdesk_test_'`,
  )
  for (const { name } of rows) await client.query(`drop database ${name} with (force)`)
  await client.end()
}
