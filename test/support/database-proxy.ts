import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { messageSplitter, statementReader, typeOf } from './postgres-messages.ts'

/** Whether a message goes on, or the connection ends here for both sides. */
export type Verdict = 'pass on' | 'cut'

export interface Statement {
  sql: string
  /** What came before it in its transaction. */
  earlier: string[]
  /** How many rows were answered. */
  rows: number
}

/** Sees each statement before PostgreSQL does, and each good answer before the application does; both may wait. */
export interface Watch {
  asked?(statement: Statement): Promise<Verdict>
  answered?(statement: Statement): Promise<Verdict>
}

interface DatabaseProxy {
  url: string
  stop(): Promise<void>
}

/** Stands between an application and its PostgreSQL, so that nothing in either needs to know of the test. */
export async function startDatabaseProxy(target: () => string, watch: Watch): Promise<DatabaseProxy> {
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const { hostname, port } = new URL(target())
    const database = connect(Number(port), hostname)
    const sockets = [client, database]
    for (const socket of sockets) {
      socket.setNoDelay(true)
      open.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => {
        open.delete(socket)
        for (const other of sockets) other.destroySoon()
      })
    }
    void relay(client, database, watch)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  const url = new URL(target())
  url.hostname = '127.0.0.1'
  url.port = `${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    async stop() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

async function relay(client: Socket, database: Socket, watch: Watch): Promise<void> {
  let current: (Statement & { failed: boolean }) | null = null
  let earlier: string[] = []
  const statementIn = statementReader()

  const asked = async (message: Buffer): Promise<Verdict> => {
    const sql = statementIn(message)
    if (sql === null) return 'pass on'
    if (/^begin\b/.test(sql)) earlier = []
    current = { sql, earlier, rows: 0, failed: false }
    const verdict = (await watch.asked?.(current)) ?? 'pass on'
    earlier = [...earlier, sql]
    return verdict
  }
  const answered = async (message: Buffer): Promise<Verdict> => {
    const type = typeOf(message)
    if (current && type === 'D') current.rows += 1
    if (current && type === 'E') current.failed = true
    if (!current || type !== 'Z') return 'pass on'
    const statement = current
    current = null
    return statement.failed ? 'pass on' : ((await watch.answered?.(statement)) ?? 'pass on')
  }
  await Promise.all([
    pump(client, database, messageSplitter(true), asked),
    pump(database, client, messageSplitter(false), answered),
  ])
}

async function pump(
  from: Socket,
  to: Socket,
  split: (chunk: Buffer) => Buffer[],
  look: (message: Buffer) => Promise<Verdict>,
): Promise<void> {
  try {
    for await (const chunk of from) {
      for (const message of split(chunk)) {
        if ((await look(message)) === 'cut') return void to.destroy()
        to.write(message)
      }
    }
  } catch {
    // Reset by one side; the other is told below.
  } finally {
    from.destroy()
    to.destroySoon()
  }
}
