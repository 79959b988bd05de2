import pg from 'pg'
import { runServer } from '../src/database/embedded-server.ts'
import { migrateToLatest } from '../src/database/migrate.ts'
import { onServer, withDatabase } from '../test/support/postgres.ts'
import { privateFolder } from '../test/support/private-folder.ts'

export interface BenchDatabase {
  url: string
  client: pg.Client
  /** Version and where it came from. */
  description: string
}

/** An empty, migrated database on the server that DATABASE_URL names, or on a PostgreSQL started for this run. */
export async function openBenchDatabase(scope: {
  teardown(end: () => unknown): void
}): Promise<BenchDatabase> {
  const given = process.env.DATABASE_URL
  // The first load of a million rows would otherwise be all checkpoints.
  const server = given ?? (await runServer(privateFolder(scope), { max_wal_size: '4GB' }))
  const name = `frontdesk_bench_${process.pid}`
  await onServer(server, `create database ${name}`)
  scope.teardown(() => onServer(server, `drop database ${name} with (force)`))
  const url = withDatabase(server, name)
  await migrateToLatest(url)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  scope.teardown(() => client.end())
  return {
    url,
    client,
    description: `PostgreSQL ${await settingOf(client, 'server_version')}, ${given ? 'of DATABASE_URL' : 'the embedded one'}, shared_buffers ${await settingOf(client, 'shared_buffers')}`,
  }
}

async function settingOf(client: pg.Client, name: string): Promise<string> {
  const { rows } = await client.query('select current_setting($1) as value', [name])
  return rows[0].value.split(' ')[0]
}
