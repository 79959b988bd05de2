import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../support/command.ts'
import { privateFolder } from '../support/private-folder.ts'
import { startServer, untilReady } from '../support/server-process.ts'
import t from '../support/tap.ts'

/** What a developer's shell can hold for quite another PostgreSQL. */
const STRANGERS: Record<string, string> = {
  PGHOST: '192.0.2.1',
  PGPORT: '1',
  PGUSER: 'nobody',
  PGPASSWORD: 'wrong',
  PGDATABASE: 'none',
  PGSSLMODE: 'require',
  PGSSLNEGOTIATION: 'direct',
  PGOPTIONS: '-c default_transaction_read_only=on -c search_path=none',
  PGREPLICATION: 'database',
  PGCLIENT_ENCODING: 'LATIN1',
  PGAPPNAME: 'other',
  PGCONNECT_TIMEOUT: '1',
  PGDATA: '/none',
  PGTZ: 'Nowhere',
}

t.test('the embedded PostgreSQL starts, serves and is backed up whatever PG… the shell holds', async (t) => {
  const env = { DATA_DIR: privateFolder(t), ...STRANGERS }
  const server = await startServer(t, env)
  await untilReady(server)
  const backup = join(privateFolder(t), 'backup.gz')
  t.match(await runCommand('src/commands/backup.ts', env, backup), { status: 0, stderr: '' })
  t.match(await runCommand('src/commands/outbox.ts', env), { status: 0, stderr: '' })
  server.child.kill('SIGTERM')
  t.equal(await server.ended, 0)
  const again = { ...env, DATA_DIR: privateFolder(t) }
  t.match(await runCommand('src/commands/restore.ts', again, backup), { status: 0, stderr: '' })
  t.ok(readdirSync(again.DATA_DIR).includes('postgres'))
})
