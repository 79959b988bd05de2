import pg from 'pg'
import { runServer, stopServer } from '../src/database/embedded-server.ts'
import { migrateToLatest } from '../src/database/migrate.ts'
import { privateFolder } from '../test/support/private-folder.ts'
import { type Scope, scoped } from '../test/support/scope.ts'
import { freePort } from '../test/support/server-process.ts'
import { startProgram, typeScript } from '../test/support/start-program.ts'
import { until } from '../test/support/until.ts'
import { Browser } from './browser.ts'
import { median } from './compare.ts'
import { cpuMillisecondsOf, residentMegabytesOf } from './processes.ts'
import { type BenchClinic, seedClinics } from './seed.ts'
import { hostOf, PASSWORD } from './visit.ts'

const CONNECTIONS = 16
const LOOK_EVERY_MS = 10
const START_MS = 60_000

export interface StartRounds {
  starts: number
  /** How often the list is asked for before memory is looked at again. */
  lists: number
}

/** Data that has been used before, and a clinic in it. */
interface Installation {
  name: string
  env: Record<string, string>
  clinic: BenchClinic
}

/** Medians. What the system does not tell is null. */
export interface StartResult {
  name: string
  seconds: number | null
  cpuSeconds: number | null
  megabytes: number | null
  megabytesAfterLists: number | null
}

/** The default: data in a folder. The installations take turns, so that what else the machine does falls on all alike. */
export async function embeddedInstallation(
  scope: Scope,
  passwordHash: string,
  env: Record<string, string>,
): Promise<Installation> {
  const folder = privateFolder(scope)
  const url = await runServer(folder)
  await migrateToLatest(url)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const [clinic] = await seedClinics(client, [1_000], passwordHash).finally(() => client.end())
  await stopServer(folder)
  return { name: 'Embedded PostgreSQL', env: { ...env, DATA_DIR: folder }, clinic: clinic as BenchClinic }
}

/** `npm start` until the sign-in page is there, many times over; then one that serves lists. */
export async function measureStarts(
  installations: Installation[],
  { starts, lists }: StartRounds,
): Promise<StartResult[]> {
  const measured = installations.map((installation) => ({ installation, figures: [] as Figures[] }))
  for (let nth = 0; nth < starts; nth++) {
    for (const { installation, figures } of measured)
      figures.push(await scoped(async (scope) => (await start(scope, installation)).figures))
  }
  const results: StartResult[] = []
  for (const { installation, figures } of measured) {
    results.push({
      name: installation.name,
      seconds: median(figures.map(({ seconds }) => seconds)),
      cpuSeconds: median(figures.map(({ cpuSeconds }) => cpuSeconds)),
      megabytes: median(figures.map(({ megabytes }) => megabytes)),
      megabytesAfterLists: await scoped((scope) => megabytesAfter(scope, installation, lists)),
    })
  }
  return results
}

interface Figures {
  seconds: number
  cpuSeconds: number | null
  megabytes: number | null
}

async function start(scope: Scope, { env, clinic }: Installation) {
  const port = `${await freePort()}`
  const origin = `http://127.0.0.1:${port}`
  const browser = new Browser(origin, hostOf(clinic, origin))
  scope.teardown(() => browser.close())
  const began = performance.now()
  const { child } = await startProgram(scope, ...typeScript('src/server.ts'), {
    env: { PATH: process.env.PATH, PORT: port, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const isServed = async () => {
    if (child.exitCode !== null) throw new Error('It ended instead of serving a page.')
    return (await browser.get('/sign-in').catch(() => null))?.status === 200
  }
  await until('the sign-in page is there', isServed, { within: START_MS, every: LOOK_EVERY_MS })
  const seconds = (performance.now() - began) / 1000
  const cpu = cpuMillisecondsOf(child.pid)
  const figures: Figures = {
    seconds,
    cpuSeconds: cpu === null ? null : cpu / 1000,
    megabytes: residentMegabytesOf(child.pid),
  }
  return { figures, origin, pid: child.pid }
}

async function megabytesAfter(
  scope: Scope,
  installation: Installation,
  lists: number,
): Promise<number | null> {
  const { origin, pid } = await start(scope, installation)
  const browsers = Array.from(
    { length: CONNECTIONS },
    () => new Browser(origin, hostOf(installation.clinic, origin)),
  )
  scope.teardown(() => {
    for (const browser of browsers) browser.close()
  })
  const [first] = browsers as [Browser]
  await first.post('/sign-in', { email: installation.clinic.administrator, password: PASSWORD })
  const read = async (browser: Browser) => {
    for (const [name, value] of first.cookies) browser.cookies.set(name, value)
    for (let nth = 0; nth < lists / CONNECTIONS; nth++) {
      const { status } = await browser.get('/settings/users')
      if (status !== 200) throw new Error(`The list answered ${status}`)
    }
  }
  await Promise.all(browsers.map(read))
  return residentMegabytesOf(pid)
}
