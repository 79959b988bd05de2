import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { runServer, stopServer } from '../src/database/embedded-server.ts'
import { migrateToLatest } from '../src/database/migrate.ts'
import { onServer, withDatabase } from '../test/support/database.ts'

export interface BenchDatabase {
  url: string
  client: pg.Client
  /** Version and where it came from. */
  description: string
  drop(): Promise<void>
}

/** An empty, migrated database on the server that DATABASE_URL names, or on a PostgreSQL started for this run. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const given = process.env.DATABASE_URL
  const dataDir = given ? '' : mkdtempSync(join(tmpdir(), 'frontdesk-bench-'))
  // The first load of a million rows would otherwise be all checkpoints.
  const server = given ?? (await runServer(dataDir, { max_wal_size: '4GB' }))
  const name = `frontdesk_bench_${process.pid}`
  await onServer(server, `create database ${name}`)
  const url = withDatabase(server, name)
  await migrateToLatest(url)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return {
    url,
    client,
    description: `PostgreSQL ${await settingOf(client, 'server_version')}, ${given ? 'of DATABASE_URL' : 'the embedded one'}, shared_buffers ${await settingOf(client, 'shared_buffers')}`,
    async drop() {
      await client.end()
      await onServer(server, `drop database ${name} with (force)`)
      if (given) return
      await stopServer(dataDir)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function settingOf(client: pg.Client, name: string): Promise<string> {
  const { rows } = await client.query('select current_setting($1) as value', [name])
  return rows[0].value.split(' ')[0]
}
