import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { serverUrl, TEMPLATE } from './postgres.ts'

export interface TestDatabase {
  db: Database
  url: string
}

/** A database of its own for one test file, copied from the migrated template and dropped afterwards. */
export async function testDatabase(t: { teardown(work: () => Promise<void>): void }): Promise<TestDatabase> {
  const server = serverUrl()
  const name = `frontdesk_test_${randomUUID().replaceAll('-', '')}`
  await onServer(server, `create database ${name} template ${TEMPLATE} strategy file_copy`)
  // Tests do not pull the plug; waiting for the disk would only make them slow.
  await onServer(server, `alter database ${name} set synchronous_commit = off`)
  const url = withDatabase(server, name)
  const db = openDatabase(url)
  t.teardown(async () => {
    await db.destroy()
    await onServer(server, `drop database ${name} with (force)`)
  })
  return { db, url }
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
