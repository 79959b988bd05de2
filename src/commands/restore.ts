import { resolve } from 'node:path'
import { loadDataLocation } from '../config.ts'
import { restoreBackup } from '../database/restore.ts'
import { failWith } from './command-errors.ts'

const words = process.argv.slice(2)
const [given, ...rest] = words.filter((word) => word !== '--replace')

await run().catch(failWith)

async function run(): Promise<void> {
  if (!given || rest.length > 0)
    throw new Error(
      'npm run restore -- FILE             into an empty DATA_DIR\nnpm run restore -- FILE --replace   puts aside what is there',
    )
  const { databaseUrl, dataDir, secretGiven } = loadDataLocation()
  if (databaseUrl)
    throw new Error('DATABASE_URL is set. A backup is restored into DATA_DIR, the embedded database.')
  const { rows, createdAt, hasSecret, replaced } = await restoreBackup(
    resolve(given),
    dataDir,
    words.includes('--replace'),
  )
  console.log(`${rows} rows from ${createdAt} are in ${dataDir}`)
  if (replaced) console.log(`What was there before is in ${replaced}`)
  if (!hasSecret)
    console.log('The backup holds no secret. Set SECRET as it was, or no password and no link works.')
  else if (secretGiven) console.log('SECRET is set and will be used instead of the secret of the backup.')
}
