import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, loadConfig } from '../../src/config.ts'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { clusterFolder } from '../../src/database/embedded-cluster.ts'
import { isServerRunning, runServer, stopServer } from '../../src/database/embedded-server.ts'
import { startDatabaseProxy, type Watch } from '../support/database-proxy.ts'
import { FAKE_TOKEN, type FakePostmark, startFakePostmark } from '../support/fake-postmark.ts'
import { WEBHOOK_PASSWORD } from '../support/postmark-reports.ts'
import { folderWithCluster } from '../support/private-folder.ts'
import {
  CHEAP_PASSWORDS,
  freePort,
  type ServerProcess,
  startServer,
  untilReady,
} from '../support/server-process.ts'
import { until } from '../support/until.ts'
import { PUBLIC_URL } from './browser.ts'

/** One application process, with a way of its own to PostgreSQL and to Postmark, so that each can be watched alone. */
export interface App {
  url: string
  postmark: FakePostmark
  server: ServerProcess
}

export interface Processes {
  apps: App[]
  config: Config
  /** Straight to PostgreSQL, past what stands between; another one after each restart. */
  db(): Database
}

export interface MortalApp extends App {
  environment: Record<string, string>
  /** Settles when the process serves again after it was killed. */
  back: Promise<void>
  isDown: boolean
}

export interface MortalProcesses extends Processes {
  apps: MortalApp[]
  /** As an out-of-memory killer would. It is started again at once. */
  kill(app: MortalApp): Promise<void>
  /** As `pg_ctl stop -m immediate`: no checkpoint, no good-bye; what was committed must come back from the log. */
  stopDatabase(): void
  /** Settles when PostgreSQL takes connections again. */
  startDatabase(): Promise<void>
  close(): Promise<void>
}

/** Two processes on one PostgreSQL of their own, with the fake of Postmark. */
export async function startProcesses(watchOf: (index: number) => Watch): Promise<MortalProcesses> {
  const ends: (() => unknown)[] = []
  const scope = { teardown: (end: () => unknown) => void ends.push(end) }
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    return { ...(await startAll(scope, watchOf)), close }
  } catch (error) {
    await close()
    throw error
  }
}

type Scope = { teardown(end: () => unknown): void }

async function startAll(
  scope: Scope,
  watchOf: (index: number) => Watch,
): Promise<Omit<MortalProcesses, 'close'>> {
  const dataDir = await folderWithCluster(scope)
  scope.teardown(() => stopServer(dataDir))
  let databaseUrl = await runServer(dataDir)
  let db = openDatabase(databaseUrl)
  scope.teardown(() => db.destroy())

  const apps = await Promise.all(
    [0, 1].map(async (index): Promise<MortalApp> => {
      const postmark = await startFakePostmark()
      scope.teardown(() => postmark.stop())
      const proxy = await startDatabaseProxy(() => databaseUrl, watchOf(index))
      scope.teardown(() => proxy.stop())
      const environment = await environmentFor(dataDir, proxy, postmark)
      const server = await startServer(scope, environment)
      await untilReady(server)
      return { url: server.url, postmark, environment, server, back: Promise.resolve(), isDown: false }
    }),
  )

  return {
    apps,
    config: loadConfig(apps[0]?.environment),
    db: () => db,
    async kill(app) {
      app.isDown = true
      app.server.child.kill('SIGKILL')
      const { ended } = app.server
      app.back = ended.then(async () => {
        app.server = await startServer(scope, app.environment)
        await untilReady(app.server)
        app.isDown = false
      })
      app.back.catch(() => {})
      await ended
    },
    stopDatabase: () => process.kill(postmasterOf(dataDir), 'SIGQUIT'),
    async startDatabase() {
      await until('PostgreSQL is gone', () => !isServerRunning(dataDir), { every: 5 })
      databaseUrl = await runServer(dataDir)
      await db.destroy()
      db = openDatabase(databaseUrl)
    },
  }
}

export async function environmentFor(
  dataDir: string,
  database: { url: string },
  postmark: FakePostmark,
): Promise<Record<string, string>> {
  return {
    ...CHEAP_PASSWORDS,
    PUBLIC_URL,
    PORT: `${await freePort()}`,
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    SECRET: 'a secret of the crash test, long enough',
    MAIL_FROM: 'Frontdesk <hello@frontdesk.example>',
    POSTMARK_SERVER_TOKEN: FAKE_TOKEN,
    POSTMARK_API_URL: postmark.url,
    POSTMARK_WEBHOOK_PASSWORD: WEBHOOK_PASSWORD,
    TRUST_PROXY: 'loopback',
  }
}

function postmasterOf(dataDir: string): number {
  return Number.parseInt(readFileSync(join(clusterFolder(dataDir), 'postmaster.pid'), 'utf8'), 10)
}
