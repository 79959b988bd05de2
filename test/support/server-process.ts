import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export interface ServerProcess {
  url: string
  child: ChildProcess
  /** What it has written so far. */
  stdout(): string
  stderr(): string
  /** Its exit status, once it has ended. */
  ended: Promise<number | null>
}

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))

/** `npm start` without npm in between, with nothing but `env` in its environment. */
export async function startServer(
  t: { teardown(work: () => Promise<void>): void },
  env: Record<string, string>,
): Promise<ServerProcess> {
  const port = env.PORT ?? `${await freePort()}`
  const child = spawn(process.execPath, ['--import=./src/typescript.js', 'src/server.ts'], {
    cwd: CHECKOUT,
    env: { PATH: process.env.PATH, PORT: port, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close').then(([status]) => status)
  t.teardown(async () => {
    child.kill('SIGTERM')
    await ended
  })
  const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)]
  return { url: `http://127.0.0.1:${port}`, child, stdout, stderr, ended }
}

/** Resolves when it serves; throws what it said if it ends instead. */
export async function untilReady(server: ServerProcess): Promise<void> {
  while (server.child.exitCode === null) {
    const answer = await fetch(`${server.url}/health/ready`).catch(() => null)
    if (answer?.ok && server.stdout().includes('Frontdesk is running')) return
    await delay(50)
  }
  throw new Error(`The server ended: ${server.stderr()}`)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function gather(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  return () => text
}
