import { randomUUID } from 'node:crypto'
import { createWriteStream, existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import pg from 'pg'
import { readSecret, secretFile } from '../config/kept-secret.ts'
import { makePrivateFolder } from '../config/private-folder.ts'
import { databaseProblems as said } from '../words/en/database-problems.ts'
import { Client } from './client.ts'
import { putInPlace } from './put-in-place.ts'

/** The first line of a backup. */
export interface BackupHead {
  format: typeof FORMAT
  createdAt: string
  migrations: string[]
  /** Null where SECRET came from the environment, which has to be kept as well. */
  secret: string | null
}

/** A table's rows follow its line; the last line says how many rows there were, so that a shortened file is noticed. */
export type BackupLine = { table: string } | { row: unknown } | { end: number }

export const FORMAT = 'frontdesk backup 1'
const ROWS_AT_ONCE = 500

/**
 * Everything in one file: each table's rows as JSON, from one snapshot, so that it may be made while people work. Not
 * a copy of PostgreSQL's files, which only the same version on the same kind of machine could read.
 */
export async function writeBackup(
  connectionString: string,
  secretFolder: string | null,
  file: string,
): Promise<number> {
  if (existsSync(file)) throw new Error(said.exists({ file }))
  makePrivateFolder(dirname(file))
  const unfinished = join(dirname(file), `.unfinished-${randomUUID()}`)
  const client = new Client({ connectionString, application_name: 'frontdesk backup' })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('begin isolation level repeatable read read only')
    const counted = { rows: 0 }
    await writeDurably(unfinished, backupLines(client, secretFolder && secretIn(secretFolder), counted))
    await putInPlace(unfinished, file)
    return counted.rows
  } finally {
    rmSync(unfinished, { force: true })
    await client.end().catch(() => {})
  }
}

/** Without sessions and what was typed in them, or a restore would revive those that were ended since. */
export async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(
    `select tablename as name from pg_tables
     where schemaname = 'public' and tablename not like 'kysely%' and tablename not in ('sessions', 'kept_forms') order by tablename`,
  )
  return rows.map(({ name }) => name)
}

async function* backupLines(
  client: pg.Client,
  secret: string | null,
  counted: { rows: number },
): AsyncGenerator<string> {
  const { rows } = await client.query('select name from kysely_migration order by name')
  const head: BackupHead = {
    format: FORMAT,
    createdAt: new Date().toISOString(),
    migrations: rows.map(({ name }) => name),
    secret,
  }
  yield `${JSON.stringify(head)}\n`
  for (const table of await tablesOf(client)) {
    yield `${JSON.stringify({ table })}\n`
    // As text from PostgreSQL itself: JavaScript would round large numbers and microseconds.
    await client.query(
      `declare lines cursor for select to_jsonb(t)::text as row from ${pg.escapeIdentifier(table)} t`,
    )
    for (;;) {
      const { rows } = await client.query(`fetch ${ROWS_AT_ONCE} from lines`)
      if (rows.length === 0) break
      counted.rows += rows.length
      yield rows.map(({ row }) => `{"row":${row}}\n`).join('')
    }
    await client.query('close lines')
  }
  yield `${JSON.stringify({ end: counted.rows })}\n`
}

async function writeDurably(file: string, lines: AsyncIterable<string>): Promise<void> {
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true })
  await pipeline(Readable.from(lines), createGzip(), target)
}

function secretIn(dataDir: string): string | null {
  const file = secretFile(dataDir)
  return existsSync(file) ? readSecret(file) : null
}
