import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { Scope } from './scope.ts'
import { type Program, startProgram, typeScript } from './start-program.ts'
import { until } from './until.ts'

const READY_WITHIN_MS = 120_000

export interface ServerProcess extends Program {
  url: string
  /** What it has written so far. */
  stdout(): string
  stderr(): string
}

/** In the environment of a server whose tests sign many people in. */
export const CHEAP_PASSWORDS = { NODE_OPTIONS: '--import=./test/support/cheap-passwords.js' }

/** `npm start` without npm in between, with nothing but `env` in its environment; no query may forget its clinic. */
export async function startServer(
  t: Scope,
  env: Record<string, string>,
  words = ['--dev'],
): Promise<ServerProcess> {
  const port = env.PORT ?? `${await freePort()}`
  const program = await startProgram(t, ...typeScript('src/server.ts', ...words), {
    env: { PATH: process.env.PATH, PORT: port, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = [gather(program.child.stdout), gather(program.child.stderr)]
  return { ...program, url: `http://localhost:${port}`, stdout, stderr }
}

/** Resolves when it serves; throws what it said if it ends instead. */
export async function untilReady(server: ServerProcess): Promise<void> {
  const isReady = async () => {
    if (server.child.exitCode !== null || server.child.signalCode)
      throw new Error(`The server ended: ${server.stderr()}`)
    const answer = await fetch(`${server.url}/health/ready`).catch(() => null)
    return answer?.ok && server.stdout().includes('Frontdesk is running')
  }
  await until(`the server at ${server.url} serves`, isReady, { within: READY_WITHIN_MS, every: 50 })
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export function gather(stream: NodeJS.ReadableStream | null): () => string {
  let text = ''
  stream?.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  return () => text
}
