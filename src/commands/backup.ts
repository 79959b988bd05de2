import { join, resolve } from 'node:path'
import { loadDataLocation } from '../config.ts'
import { writeBackup } from '../database/backup.ts'
import { joinEmbedded } from '../database/embedded.ts'
import { failWith } from './command-errors.ts'

const [given] = process.argv.slice(2)
const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
const file = resolve(given ?? join('backups', `frontdesk-${stamp}.jsonl.gz`))

await run().catch(failWith)

async function run(): Promise<void> {
  const { databaseUrl, dataDir, secretGiven } = loadDataLocation()
  if (databaseUrl) throw new Error('DATABASE_URL is set. Back up that PostgreSQL with its own pg_dump.')
  const embedded = await joinEmbedded(dataDir)
  try {
    const rows = await writeBackup(embedded.connectionString, secretGiven ? null : dataDir, file)
    console.log(`${rows} rows are in ${file}`)
    if (secretGiven)
      console.log('SECRET is not in it. Keep SECRET as well: without it no password and no link works.')
    else console.log('The secret is in it too. Whoever has this file can sign in as anybody: keep it safe.')
  } finally {
    await embedded.stop()
  }
}
