import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../test/support/server-process.ts'

export interface BenchProcess {
  origin: string
  /** Processor time of all its threads so far; null where the system does not tell. */
  cpuMilliseconds(): number | null
  stop(): Promise<void>
}

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url))
const START_MS = 90_000
/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10

/** A process of its own, with nothing but `env` in its environment, once it says that it is running. */
export async function startProcess(file: string, env: Record<string, string>): Promise<BenchProcess> {
  const port = `${await freePort()}`
  const child = spawn(process.execPath, ['--import=./src/typescript.js', file], {
    cwd: CHECKOUT,
    env: { PATH: process.env.PATH, PORT: port, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await untilRunning(child, file)
  return {
    origin: `http://127.0.0.1:${port}`,
    cpuMilliseconds: () => cpuMillisecondsOf(child.pid),
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

function cpuMillisecondsOf(pid: number | undefined): number | null {
  if (process.platform !== 'linux') return null
  // After the name, which may hold spaces: state, then what proc(5) counts from its fourth field on.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

async function untilRunning(child: ChildProcess, file: string): Promise<void> {
  let printed = ''
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    printed += text
  })
  const deadline = Date.now() + START_MS
  while (!printed.includes('is running')) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${file} did not start: ${printed}`)
    await delay(20)
  }
}
