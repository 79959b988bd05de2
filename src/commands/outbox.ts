import { loadDataLocation } from '../config.ts'
import { openDatabase } from '../database/database.ts'
import { joinEmbedded } from '../database/embedded.ts'
import { failureWords } from '../emails/failure.ts'
import { type OutboxReport, readOutbox, retryFailed } from '../emails/outbox-report.ts'
import { failWith } from './command-errors.ts'

const USAGE = `npm run outbox               what waits, is in flight, and failed
npm run outbox -- retry      puts everything that failed back into the queue
npm run outbox -- retry 17   only that one`

const [verb, id, ...rest] = process.argv.slice(2)
const isUnderstood =
  (!verb || verb === 'retry') && (!id || /^[1-9][0-9]{0,17}$/.test(id)) && rest.length === 0

if (isUnderstood) await run().catch(failWith)
else failWith(new Error(USAGE))

async function run(): Promise<void> {
  const { databaseUrl, dataDir } = loadDataLocation()
  const embedded = databaseUrl ? null : await joinEmbedded(dataDir)
  const db = openDatabase(databaseUrl ?? embedded?.connectionString ?? '')
  try {
    if (verb === 'retry') console.log(`Back in the queue: ${await retryFailed(db, id)}\n`)
    console.log(reportText(await readOutbox(db)))
  } finally {
    await db.destroy()
    await embedded?.stop()
  }
}

function reportText({ waiting, inFlight, failed, oldest, failures }: OutboxReport): string {
  const lines = [`Waiting    ${waiting}`, `In flight  ${inFlight}`, `Failed     ${failed}`]
  if (oldest) {
    const tried = `tried ${oldest.attempts} times${oldest.failure ? `: ${failureWords(oldest.failure)}` : ''}`
    lines.push(`Oldest     ${oldest.id}, since ${oldest.createdAt.toISOString()}, ${tried}`)
  }
  if (failures.length > 0) lines.push('', 'Failed last:')
  for (const { id, kind, recipient, failedAt, failure } of failures)
    lines.push(
      `  ${id}  ${failedAt?.toISOString()}  ${kind} to ${recipient}: ${failure && failureWords(failure)}`,
    )
  return lines.join('\n')
}
