import { loadConfig } from '../config.ts'
import { openDatabase } from '../database/database.ts'
import { joinEmbedded } from '../database/embedded.ts'
import { setUpLink } from '../start-up-text.ts'
import { terminal } from '../words/en/terminal.ts'
import { failWith } from './command-errors.ts'

await run().catch(failWith)

/** Shows to whoever may enter the machine what must not stand in a log. */
async function run(): Promise<void> {
  const config = loadConfig()
  const embedded = config.databaseUrl ? null : await joinEmbedded(config.dataDir)
  const db = openDatabase(config.databaseUrl ?? embedded?.connectionString ?? '')
  try {
    console.log((await setUpLink(config, db)) ?? terminal.alreadySetUp)
  } finally {
    await db.destroy()
    await embedded?.stop()
  }
}
