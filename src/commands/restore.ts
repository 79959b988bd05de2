import { resolve } from 'node:path'
import { loadDataLocation } from '../config.ts'
import { restoreBackup } from '../database/restore.ts'
import { terminal } from '../words/en/terminal.ts'
import { failWith } from './command-errors.ts'

const said = terminal.restore
const words = process.argv.slice(2)
const [given, ...rest] = words.filter((word) => word !== '--replace')

await run().catch(failWith)

async function run(): Promise<void> {
  if (!given || rest.length > 0) throw new Error(said.usage)
  const { databaseUrl, dataDir, secretGiven } = loadDataLocation()
  if (databaseUrl) throw new Error(said.ownDatabase)
  const { rows, createdAt, hasSecret, replaced } = await restoreBackup(
    resolve(given),
    dataDir,
    words.includes('--replace'),
  )
  console.log(said.done({ rows, createdAt, folder: dataDir }))
  if (replaced) console.log(said.replaced(replaced))
  if (!hasSecret) console.log(said.noSecret)
  else if (secretGiven) console.log(said.secretGiven)
}
