import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { temporaryFolder } from './private-folder.ts'
import { pathOf } from './programs.js'
import type { Scope } from './scope.ts'
import { freePort, gather } from './server-process.ts'
import { startProgram } from './start-program.ts'
import { until } from './until.ts'

const PROGRAM = pathOf('PgBouncer') ?? process.env.PGBOUNCER ?? 'pgbouncer'

/** Fewer than the processes open, so that they must share them. */
const SERVER_CONNECTIONS = 4

/** PgBouncer in transaction mode before a database, set up as docs/machines.md says; answers its address. */
export async function startPgBouncer(t: Scope, databaseUrl: string): Promise<string> {
  const folder = temporaryFolder(t)
  chmodSync(folder, 0o755)
  const port = await freePort()
  const file = join(folder, 'pgbouncer.ini')
  writeFileSync(file, settings(new URL(databaseUrl), port))
  // It refuses to be root; who else it is does not matter.
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const { child } = await startProgram(t, PROGRAM, [...asNobody, file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said = gather(child.stderr)
  const url = new URL(databaseUrl)
  // It takes everybody for whom they say they are, and knows not all that is said to PostgreSQL.
  url.search = ''
  url.host = `127.0.0.1:${port}`
  await until('PgBouncer takes connections', async () => {
    if (child.exitCode !== null) throw new Error(`PgBouncer did not start: ${said()}`)
    return answers(url.href)
  })
  return url.href
}

function settings({ hostname, port: serverPort, username, password }: URL, port: number): string {
  const secret = password && ` password=${decodeURIComponent(password)}`
  return `[databases]
* = host=${hostname} port=${serverPort || 5432} user=${username}${secret}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${SERVER_CONNECTIONS}
max_client_conn = 200
ignore_startup_parameters = statement_timeout,lock_timeout,idle_in_transaction_session_timeout
`
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  )
}
