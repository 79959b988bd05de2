import { connect, type Socket } from 'node:net'

/** What is asked for again and again, and by which processes. */
export interface Target {
  name: string
  url: string
  headers: Record<string, string>
  /** Processor time that its process, and its connections to PostgreSQL, have taken so far; null where unknown. */
  cpu(): Promise<Cpu>
}

export interface Cpu {
  appMs: number | null
  postgresMs: number | null
}

export interface LoadFigures extends Cpu {
  requestsPerSecond: number
  p50: number
  p99: number
}

const END_OF_HEAD = Buffer.from('\r\n\r\n')
const LAST_CHUNK = Buffer.from('0\r\n\r\n')

/** As many requests as it answers in that time, each connection waiting for its answer. CPU is for one request. */
export async function load(target: Target, connections: number, seconds: number): Promise<LoadFigures> {
  const asking = await Promise.all(Array.from({ length: connections }, () => Asking.open(target)))
  const before = await target.cpu()
  const began = performance.now()
  const times = (await Promise.all(asking.map((one) => askUntil(one, began + seconds * 1000)))).flat()
  const elapsed = performance.now() - began
  const after = await target.cpu()
  for (const one of asking) one.close()
  const each = (end: number | null, start: number | null) =>
    end === null || start === null ? null : (end - start) / times.length
  const sorted = times.sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
  return {
    requestsPerSecond: (times.length / elapsed) * 1000,
    ...{ p50: at(0.5), p99: at(0.99) },
    ...{ appMs: each(after.appMs, before.appMs), postgresMs: each(after.postgresMs, before.postgresMs) },
  }
}

async function askUntil(asking: Asking, end: number): Promise<number[]> {
  const times: number[] = []
  for (let now = performance.now(); now < end; ) {
    await asking.ask()
    const answered = performance.now()
    times.push(answered - now)
    now = answered
  }
  return times
}

/** HTTP with nothing around it, because Node's own client costs more than the floor's answer. */
class Asking {
  readonly #socket: Socket
  readonly #request: string
  #received: Buffer[] = []
  #answered = (): void => {}
  #failed = (_error: Error): void => {}

  static async open(target: Target): Promise<Asking> {
    const { hostname, port } = new URL(target.url)
    const socket = connect({ host: hostname, port: Number(port || 80), noDelay: true })
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return new Asking(socket, target)
  }

  private constructor(socket: Socket, { url, headers }: Target) {
    const { host, pathname, search } = new URL(url)
    const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    this.#request = `GET ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`
    this.#socket = socket
    socket.on('data', (chunk) => this.#take(chunk)).on('error', (error) => this.#failed(error))
    socket.on('close', () => this.#failed(new Error(`${url} hung up`)))
  }

  ask(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve
      this.#failed = reject
      this.#socket.write(this.#request)
    })
  }

  close(): void {
    this.#failed = () => {}
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk)
    const [first = chunk] = this.#received
    const end = first.indexOf(END_OF_HEAD)
    const head = first.toString('latin1', 0, end)
    if (!head.startsWith('HTTP/1.1 200')) this.#failed(new Error(`Instead of a page came: ${head}`))
    else if (this.#isWhole(head, end + END_OF_HEAD.length, chunk)) {
      this.#received = []
      this.#answered()
    }
  }

  #isWhole(head: string, bodyAt: number, chunk: Buffer): boolean {
    const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? []
    if (!length) return chunk.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)
    return this.#received.reduce((sum, { length }) => sum + length, 0) === bodyAt + Number(length)
  }
}
