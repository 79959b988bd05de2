import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { CompiledQuery } from 'kysely'
import { backupLines, clinicParts } from '../../database/backup-lines.ts'
import { acrossClinics } from '../../database/clinic-guard.ts'
import type { Database } from '../../database/database.ts'
import type { Id } from '../../database/schema.ts'

/**
 * Everything of one clinic in a file that `npm run restore` reads, as of one moment. Written here first, so that a slow reader
 * holds no connection to the database. Not with the installation's secret: it is every clinic's.
 */
export async function exportClinic(db: Database, clinicId: Id): Promise<Readable> {
  const folder = mkdtempSync(join(tmpdir(), 'frontdesk-export-'))
  const file = join(folder, 'clinic.jsonl.gz')
  try {
    await writeClinic(db, clinicId, file)
  } catch (error) {
    rmSync(folder, { recursive: true })
    throw error
  }
  return createReadStream(file).once('close', () => rmSync(folder, { recursive: true, force: true }))
}

/** @returns how many rows there are */
export async function writeClinic(db: Database, clinicId: Id, file: string): Promise<number> {
  const counted = { rows: 0 }
  const whole = acrossClinics(db, 'what is read of each table names the clinic as a literal')
  await whole
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const query = async (text: string) => trx.executeQuery(CompiledQuery.raw(text))
      const client = { query } as unknown as Parameters<typeof backupLines>[0]
      const lines = backupLines(client, await clinicParts(client, clinicId), { secret: null, counted })
      await pipeline(
        Readable.from(lines),
        createGzip(),
        createWriteStream(file, { flags: 'wx', mode: 0o600 }),
      )
    })
  return counted.rows
}
