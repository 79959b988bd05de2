import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))

export interface Ended {
  status: number | null
  stdout: string
  stderr: string
}

/** A command as npm would run it, with nothing but `env` in its environment. */
export async function runCommand(
  file: string,
  env: Record<string, string>,
  ...words: string[]
): Promise<Ended> {
  const child = spawn(process.execPath, ['--import=./src/typescript.js', file, ...words], {
    cwd: CHECKOUT,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [status, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)])
  return { status, stdout, stderr }
}
