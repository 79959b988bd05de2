import { join, resolve } from 'node:path'
import { loadDataLocation } from '../config.ts'
import { writeBackup } from '../database/backup.ts'
import { joinEmbedded } from '../database/embedded.ts'
import { terminal } from '../words/en/terminal.ts'
import { failWith } from './command-errors.ts'

const [given] = process.argv.slice(2)
const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
const file = resolve(given ?? join('backups', `frontdesk-${stamp}.jsonl.gz`))

await run().catch(failWith)

async function run(): Promise<void> {
  const { databaseUrl, dataDir, secretGiven } = loadDataLocation()
  if (databaseUrl) throw new Error(terminal.backup.ownDatabase)
  const embedded = await joinEmbedded(dataDir)
  try {
    const rows = await writeBackup(embedded.connectionString, secretGiven ? null : dataDir, file)
    console.log(terminal.backup.written({ rows, file }))
    console.log(secretGiven ? terminal.backup.withoutSecret : terminal.backup.withSecret)
  } finally {
    await embedded.stop()
  }
}
