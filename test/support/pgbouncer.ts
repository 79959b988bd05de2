import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { pathOf } from './programs.js'
import { freePort } from './server-process.ts'

const START_MS = 10_000

/** Fewer than the processes open, so that they must share them. */
const SERVER_CONNECTIONS = 4

/** PgBouncer in transaction mode before a database, set up as the README says; answers its address. */
export async function startPgBouncer(
  t: { teardown(work: () => Promise<void>): void },
  databaseUrl: string,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'frontdesk-pgbouncer-'))
  chmodSync(folder, 0o755)
  const port = await freePort()
  writeFileSync(join(folder, 'pgbouncer.ini'), settings(new URL(databaseUrl), port))
  // It refuses to be root; who else it is does not matter.
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn(
    pathOf('PgBouncer') ?? process.env.PGBOUNCER ?? 'pgbouncer',
    [...asNobody, join(folder, 'pgbouncer.ini')],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  const ended = once(child, 'close')
  t.teardown(async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  const url = new URL(databaseUrl)
  // It takes everybody for whom they say they are, and knows not all that is said to PostgreSQL.
  url.search = ''
  url.host = `127.0.0.1:${port}`
  const deadline = Date.now() + START_MS
  while (!(await answers(url.href))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`PgBouncer did not start: ${said}`)
    await delay(50)
  }
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
