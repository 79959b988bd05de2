import { readFileSync } from 'node:fs'
import type pg from 'pg'
import { freePort, gather } from '../test/support/server-process.ts'
import { startProgram, typeScript } from '../test/support/start-program.ts'
import { until } from '../test/support/until.ts'

export interface BenchProcess {
  origin: string
  /** Processor time of all its threads so far; null where the system does not tell. */
  cpuMilliseconds(): number | null
}

const START_MS = 90_000
/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10

/** A process of its own, with nothing but `env` in its environment, once it says that it is running. */
export async function startProcess(
  scope: { teardown(end: () => Promise<void>): void },
  file: string,
  env: Record<string, string>,
): Promise<BenchProcess> {
  const port = `${await freePort()}`
  const { child } = await startProgram(scope, ...typeScript(file), {
    env: { PATH: process.env.PATH, PORT: port, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const printed = gather(child.stdout)
  const isRunning = () => {
    if (child.exitCode !== null) throw new Error(`${file} did not start: ${printed()}`)
    return printed().includes('is running')
  }
  await until(`${file} is running`, isRunning, { within: START_MS })
  return { origin: `http://127.0.0.1:${port}`, cpuMilliseconds: () => cpuMillisecondsOf(child.pid) }
}

/** With what its own programs took that have ended; null where the system does not tell. */
export function cpuMillisecondsOf(pid: number | undefined): number | null {
  if (process.platform !== 'linux') return null
  // After the name, which may hold spaces: state, then what proc(5) counts from its fourth field on.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS
}

/** What it holds of the machine's memory now; null where the system does not tell. */
export function residentMegabytesOf(pid: number | undefined): number | null {
  if (process.platform !== 'linux') return null
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

/** Processor time of its connections to PostgreSQL so far; null where that is not on this machine. */
export async function postgresMillisecondsOf(client: pg.Client, application: string): Promise<number | null> {
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = $1 and datname = current_database()`,
    [application],
  )
  try {
    return rows.reduce((sum, { pid }) => sum + nanosecondsOf(pid), 0) / 1e6
  } catch {
    return null
  }
}

/** Finer than the ticks, but of one thread, which is all that a connection has. */
function nanosecondsOf(pid: number): number {
  if (!readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres')) throw new Error('Not PostgreSQL')
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0])
}
