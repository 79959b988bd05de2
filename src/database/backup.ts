import { randomUUID } from 'node:crypto'
import { createWriteStream, existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { readSecret, secretFile } from '../config/kept-secret.ts'
import { makePrivateFolder } from '../config/private-folder.ts'
import { databaseProblems as said } from '../words/en/database-problems.ts'
import { backupLines, SNAPSHOT, wholeTables } from './backup-lines.ts'
import { Client } from './client.ts'
import { putInPlace } from './put-in-place.ts'

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
  try {
    await client.connect()
    await client.query(SNAPSHOT)
    const counted = { rows: 0 }
    const secret = secretFolder && secretIn(secretFolder)
    await writeDurably(unfinished, backupLines(client, await wholeTables(client), { secret, counted }))
    await putInPlace(unfinished, file)
    return counted.rows
  } finally {
    rmSync(unfinished, { force: true })
    await client.end().catch(() => {})
  }
}

async function writeDurably(file: string, lines: AsyncIterable<string>): Promise<void> {
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true })
  await pipeline(Readable.from(lines), createGzip(), target)
}

function secretIn(dataDir: string): string | null {
  const file = secretFile(dataDir)
  return existsSync(file) ? readSecret(file) : null
}
