import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import { type Config, ConfigError, loadConfig } from './config.ts'
import { embeddedAppUrl } from './database/app-role.ts'
import { withClinicGuard } from './database/clinic-guard.ts'
import { openDatabase } from './database/database.ts'
import { type DatabaseUrls, prepareDatabase } from './database/prepare-database.ts'
import { EMAIL_KINDS } from './email-kinds.ts'
import { startOutbox } from './emails/outbox-loop.ts'
import { pepperWords, readPeppers, requireOurPeppers } from './sessions/pepper-report.ts'
import { startImportLoop } from './settings/imports/import-loop.ts'
import { startAccessReminders } from './settings/users/access-reminder-loop.ts'
import { closeWithGrace, whenAskedToEnd } from './shutdown.ts'
import { setUpLink, startUpText } from './start-up-text.ts'
import { startSweep } from './sweep.ts'
import { log as said } from './words/en/log.ts'
import { terminal } from './words/en/terminal.ts'

/** How to end what has been started; the last first. */
const ends: (() => Promise<unknown>)[] = []
let ending: Promise<void> | undefined
let report = (error: unknown): void => console.error(error)

const started = start()
whenAskedToEnd(
  () => started.catch(() => {}).then(endAll),
  (error) => report(error),
)
await started.catch(async (error) => {
  console.error(reasonOf(error))
  await endAll()
  process.exit(1)
})

async function start(): Promise<void> {
  const config = loadConfig(undefined, { demo: process.argv.includes('--demo') })
  const urls = await databaseUrls(config)
  await prepareDatabase({ ...urls, idRange: config.idRange })
  const opened = openDatabase(urls.url, { isPrepared: config.databasePrepared })
  ends.push(() => opened.destroy())
  const db = process.argv.includes('--dev') ? withClinicGuard(opened) : opened
  await requireOurPeppers(db, config.keys.passwords, config.secretIsLost)

  const app = await buildApp({ config, db })
  if (config.demo) await import('./demo/seed.ts').then(({ seedDemo }) => seedDemo(db, app.passwords))
  report = (error) => app.log.fatal({ err: error }, said.fatal)
  const outbox = startOutbox({ db, config, kinds: EMAIL_KINDS, log: app.log })
  const imports = startImportLoop({ db, log: app.log })
  const sweeping = startSweep({ db, log: app.log })
  const reminding = startAccessReminders({ db, log: app.log })
  const loops = [outbox, imports, sweeping, reminding]
  ends.push(() => Promise.all([...loops.map((loop) => loop.stop()), closeWithGrace(app)]))
  // Whatever a form committed is mailed at once, and whoever it began to add is added.
  app.server.on('request', ({ method }, response) => {
    if (method === 'POST') response.once('finish', outbox.nudge).once('finish', imports.nudge)
  })
  await app.listen({ host: config.host, port: config.port })
  await sayWhatWaitsForOldSecret(app)

  const link = await setUpLink(config, db)
  if (process.stdout.isTTY || !config.production) console.log(startUpText(config, link))
  // The link opens the whole clinic, so it stays out of the log.
  else if (link) app.log.warn(said.setUp)
}

async function sayWhatWaitsForOldSecret({ config, db, log }: FastifyInstance): Promise<void> {
  if (config.keys.passwords.length < 2 && !config.secretIsLost) return
  const words = pepperWords(await readPeppers(db, config.keys.passwords))
  if (words) log.warn(words)
}

async function databaseUrls({ databaseUrl, databaseOwnerUrl, dataDir }: Config): Promise<DatabaseUrls> {
  if (databaseUrl) return { url: databaseUrl, ownerUrl: databaseOwnerUrl ?? databaseUrl }
  const { startEmbedded } = await import('./database/embedded.ts')
  const { connectionString: ownerUrl, stop } = await startEmbedded(dataDir)
  ends.push(stop)
  return { url: embeddedAppUrl(ownerUrl), ownerUrl, isPasswordNew: true }
}

function endAll(): Promise<void> {
  ending ??= (async () => {
    for (const end of ends.toReversed()) await end()
  })()
  return ending
}

function reasonOf(error: NodeJS.ErrnoException & { port?: number }): string {
  if (error instanceof ConfigError) return error.problems.join('\n')
  if (error.code === 'EADDRINUSE') return terminal.portTaken(error.port)
  const isForeseen = error.constructor === Error || error.code
  return terminal.couldNotStart(isForeseen ? error.message || error.code : error.stack)
}
