import { loadConfig } from '../config.ts'
import { acrossClinics } from '../database/clinic-guard.ts'
import { openDatabase } from '../database/database.ts'
import { joinEmbedded } from '../database/embedded.ts'
import { resetByOperator } from '../settings/users/reset-second-step.ts'
import { terminal } from '../words/en/terminal.ts'
import { failWith } from './command-errors.ts'

const said = terminal.twoStep

await run(process.argv.slice(2)).catch(failWith)

/** `reset EMAIL`: for an only owner who has lost their phone. The link to set up another goes to their mailbox. */
async function run([verb, email]: string[]): Promise<void> {
  if (verb !== 'reset' || !email) throw new Error(said.usage)
  const config = loadConfig()
  const embedded = config.databaseUrl ? null : await joinEmbedded(config.dataDir)
  const db = openDatabase(config.databaseUrl ?? embedded?.connectionString ?? '')
  try {
    const users = await acrossClinics(db, 'whoever runs the server names a person, not a clinic')
      .selectFrom('users')
      .select(['clinicId', 'id'])
      .where((eb) => eb(eb.fn('lower', ['email']), '=', email.toLowerCase()))
      .where('joinedAt', 'is not', null)
      .where('deactivatedAt', 'is', null)
      .execute()
    if (users.length === 0) throw new Error(said.nobody({ email }))
    const done = []
    for (const user of users) done.push(await resetByOperator(db, user))
    if (!done.includes(true)) throw new Error(said.nothing({ email }))
    console.log(said.done({ email }))
  } finally {
    await db.destroy()
    await embedded?.stop()
  }
}
