import { loadConfig } from '../config.ts'
import { acrossClinics } from '../database/clinic-guard.ts'
import { openDatabase } from '../database/database.ts'
import { joinEmbedded } from '../database/embedded.ts'
import { clearByOperator } from '../settings/clinic/network-rule.ts'
import { terminal } from '../words/en/terminal.ts'
import { failWith } from './command-errors.ts'

const said = terminal.networks

await run(process.argv.slice(2)).catch(failWith)

/** `clear`, or `clear LABEL` where there are several clinics: for a clinic whose address has changed, or a proxy set up wrongly. */
async function run([verb, label]: string[]): Promise<void> {
  if (verb !== 'clear') throw new Error(said.usage)
  const config = loadConfig()
  const embedded = config.databaseUrl ? null : await joinEmbedded(config.dataDir)
  const db = openDatabase(config.databaseUrl ?? embedded?.connectionString ?? '')
  try {
    const clinics = await acrossClinics(db, 'whoever runs the server names the clinic, or has only one')
      .selectFrom('clinics')
      .select(['id', 'name', 'label'])
      .execute()
    const [clinic, other] = clinics.filter((one) => !label || one.label.toLowerCase() === label.toLowerCase())
    if (!clinic) throw new Error(said.unknown)
    if (other) throw new Error(said.which(clinics.map((one) => one.label)))
    const { name } = clinic
    console.log((await clearByOperator(db, clinic.id)) ? said.done({ name }) : said.nothing({ name }))
  } finally {
    await db.destroy()
    await embedded?.stop()
  }
}
