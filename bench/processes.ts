import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../test/support/server-process.ts'

export interface BenchProcess {
  origin: string
  stop(): Promise<void>
}

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url))
const START_MS = 90_000

/** A process of its own, with nothing but `env` in its environment, once it says that it is running. */
export async function startProcess(file: string, env: Record<string, string>): Promise<BenchProcess> {
  const port = `${await freePort()}`
  const child = spawn(process.execPath, ['--import=tsx', file], {
    cwd: CHECKOUT,
    env: { PATH: process.env.PATH, PORT: port, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await untilRunning(child, file)
  return {
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
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
