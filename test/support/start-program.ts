import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { guardProcess } from './guard.ts'
import { type Scope, scoped } from './scope.ts'
import { inTime } from './until.ts'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
const ENDS_WITHIN_MS = 30_000
const RUNS_WITHIN_MS = 300_000
const PIPES: SpawnOptions['stdio'] = ['ignore', 'pipe', 'pipe']

export interface Program {
  child: ChildProcess
  /** Its exit status, once it has ended; null where a signal ended it. */
  ended: Promise<number | null>
}

export interface Ended {
  status: number | null
  stdout: string
  stderr: string
}

/** The only way to start another program: it ends with the test, and should the test's process be killed, with that. */
export async function startProgram(
  t: Scope,
  command: string,
  words: string[],
  options: SpawnOptions,
): Promise<Program> {
  const child = spawn(command, words, { cwd: CHECKOUT, ...options })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  await once(child, 'spawn')
  guardProcess(child)
  t.teardown(async () => {
    child.kill('SIGTERM')
    await inTime(`${command} ${words.join(' ')} to end`, ended, { within: ENDS_WITHIN_MS }).catch((error) => {
      child.kill('SIGKILL')
      throw error
    })
  })
  return { child, ended }
}

/** A program that runs to its end; after five minutes it is ended. */
export function runProgram(command: string, words: string[], options: SpawnOptions = {}): Promise<Ended> {
  return scoped(async (scope) => {
    const { child, ended } = await startProgram(scope, command, words, { ...options, stdio: PIPES })
    const all = Promise.all([ended, whole(child.stdout), whole(child.stderr)])
    const what = `${command} ${words.join(' ')}`
    const [status, stdout, stderr] = await inTime(what, all, { within: RUNS_WITHIN_MS })
    return { status, stdout, stderr }
  })
}

function whole(stream: Readable | null): Promise<string> | string {
  return stream ? text(stream) : ''
}

/** A TypeScript program of this checkout, with nothing but `env` in its environment. */
export function typeScript(file: string, ...words: string[]): [command: string, words: string[]] {
  return [process.execPath, ['--import=./src/typescript.js', file, ...words]]
}
