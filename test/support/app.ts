import { tmpdir } from 'node:os'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '../../src/app.ts'
import { type Config, loadConfig } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import { demoClinic, type Team } from '../../src/demo/team.ts'
import { createPasswords, type Passwords } from '../../src/sessions/passwords.ts'
import { claimTestDatabase, type TestDatabase, type testDatabase } from './database.ts'
import { asApp } from './isolation.ts'

export const PUBLIC_URL = 'http://frontdesk.localhost'

export interface TestApp {
  app: FastifyInstance
  db: Database
  /** For what only the owner of the tables can do. */
  ownerUrl(): string
  config: Config
  passwords: Passwords
  /** Lines that the app logged at warning or worse. */
  logged: Record<string, unknown>[]
}

export interface TestClinic extends TestApp {
  team: Team
}

const ERROR_LEVEL = 50

type Test = Parameters<typeof testDatabase>[0]

export function testConfig(environment: Record<string, string> = {}): Config {
  return loadConfig({
    PUBLIC_URL,
    SECRET: 'a secret of the tests, long enough',
    DATA_DIR: tmpdir(),
    ...environment,
  })
}

interface StartedApp extends TestApp {
  database: TestDatabase
}

/** By their environment: what one test has given back, the next one takes. */
const idle = new Map<string, StartedApp[]>()

/** The whole app on an empty database, before anybody has set up a clinic. Only `freshApp` can be changed. */
export async function testApp(t: Test, environment: Record<string, string> = {}): Promise<TestApp> {
  const key = JSON.stringify(environment)
  const kept = idle.get(key)?.pop()
  await kept?.database.empty()
  const started = kept ?? (await startApp(environment))
  t.teardown(async () => {
    const { app, database, logged } = started
    // Some lines are logged only once.
    const isAsNew = database.isAsMigrated() && !app.server.listening && logged.length === 0
    if (isAsNew) idle.set(key, [...(idle.get(key) ?? []), started])
    else await end(started)
    refuseErrors(started)
  })
  return started
}

/** Built for this test and ended with it. */
export async function freshApp(t: Test, environment: Record<string, string> = {}): Promise<TestApp> {
  const started = await startApp(environment)
  t.teardown(async () => {
    await end(started)
    refuseErrors(started)
  })
  return started
}

async function startApp(environment: Record<string, string>): Promise<StartedApp> {
  const database = await claimTestDatabase()
  const { db, ownerUrl } = database
  const config = testConfig(environment)
  const passwords = createPasswords(config.keys.passwords, { cost: 4 })
  const logged: Record<string, unknown>[] = []
  const stream = { write: (line: string) => void logged.push(JSON.parse(line)) }
  // The app may ask only for what is a clinic's; the test looks at everything.
  const app = await buildApp({
    config,
    db: asApp(db),
    passwords,
    logger: { level: 'warn', stream },
  })
  return { app, db, ownerUrl, config, passwords, logged, database }
}

async function end({ app, database }: StartedApp): Promise<void> {
  await app.close()
  await database.giveBack()
}

/** A logged error fails the test that caused it, even where the page looked right. */
function refuseErrors({ logged }: TestApp): void {
  const errors = logged.splice(0).filter((line) => Number(line.level) >= ERROR_LEVEL)
  if (errors.length > 0)
    throw new Error(`The app logged: ${errors.map((line) => JSON.stringify(line).slice(0, 400)).join('\n')}`)
}

/** The app with a clinic and its people. */
export async function testClinic(t: Test, environment: Record<string, string> = {}): Promise<TestClinic> {
  const parts = await testApp(t, environment)
  return { ...parts, team: await demoClinic(parts.db, parts.passwords) }
}
