import { loadDataLocation } from '../config.ts'
import { openDatabase } from '../database/database.ts'
import { joinEmbedded } from '../database/embedded.ts'
import { failureWords } from '../emails/failure.ts'
import { type OutboxReport, readOutbox, retryFailed } from '../emails/outbox-report.ts'
import { terminal } from '../words/en/terminal.ts'
import { failWith } from './command-errors.ts'

const said = terminal.outbox
const [verb, id, ...rest] = process.argv.slice(2)
const isUnderstood =
  (!verb || verb === 'retry') && (!id || /^[1-9][0-9]{0,17}$/.test(id)) && rest.length === 0

if (isUnderstood) await run().catch(failWith)
else failWith(new Error(said.usage))

async function run(): Promise<void> {
  const { databaseUrl, dataDir } = loadDataLocation()
  const embedded = databaseUrl ? null : await joinEmbedded(dataDir)
  const db = openDatabase(databaseUrl ?? embedded?.connectionString ?? '')
  try {
    if (verb === 'retry') console.log(said.retried(await retryFailed(db, id)))
    console.log(reportText(await readOutbox(db)))
  } finally {
    await db.destroy()
    await embedded?.stop()
  }
}

function reportText({ waiting, inFlight, failed, oldest, failures }: OutboxReport): string {
  const lines = [said.waiting(waiting), said.inFlight(inFlight), said.failed(failed)]
  if (oldest) {
    const { id, createdAt, attempts: times, failure } = oldest
    lines.push(
      said.oldest({ id, since: createdAt.toISOString(), times, why: failure && failureWords(failure) }),
    )
  }
  if (failures.length > 0) lines.push('', said.failures)
  for (const { id, kind, recipient, failedAt, failure } of failures) {
    const at = failedAt?.toISOString() ?? ''
    lines.push(said.failure({ id, at, kind, recipient, why: failure ? failureWords(failure) : '' }))
  }
  return lines.join('\n')
}
