import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { asTestApp, serverUrl, TEMPLATE, TEST_APP_ROLE } from './postgres.ts'

export interface TestDatabase {
  /** As the app's own role, so that every test proves what it was granted. */
  db: Database
  url: string
  /** For what only the owner of the tables can do. */
  ownerUrl: string
}

/** A database of its own for one test file, copied from the migrated template and dropped afterwards. */
export async function testDatabase(t: { teardown(work: () => Promise<void>): void }): Promise<TestDatabase> {
  const server = serverUrl()
  const name = `frontdesk_test_${randomUUID().replaceAll('-', '')}`
  await onServer(server, `create database ${name} template ${TEMPLATE} strategy file_copy`)
  // Tests do not pull the plug; waiting for the disk would only make them slow.
  await onServer(server, `alter database ${name} set synchronous_commit = off`)
  const ownerUrl = withDatabase(server, name)
  const url = (await hasAppRole(server)) ? asTestApp(ownerUrl) : ownerUrl
  const db = openDatabase(url)
  t.teardown(async () => {
    await db.destroy()
    await onServer(server, `drop database ${name} with (force)`)
  })
  return { db, url, ownerUrl }
}

/** The tables' owner, who can do what the app cannot. */
export function ownerOf(
  t: { teardown(work: () => Promise<void>): void },
  { ownerUrl }: Pick<TestDatabase, 'ownerUrl'>,
): Database {
  const owner = openDatabase(ownerUrl)
  t.teardown(() => owner.destroy())
  return owner
}

/** Not on a server of DATABASE_URL whose user can create no roles. */
async function hasAppRole(server: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [TEST_APP_ROLE])
  await client.end()
  return rowCount === 1
}

export async function onServer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

export function withDatabase(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
