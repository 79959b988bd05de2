import { setTimeout as delay } from 'node:timers/promises'
import { urlsOfHosts } from '../config/database-hosts.ts'
import { databaseProblems as said } from '../words/en/database-problems.ts'
import { type ClientConfig, ProvingClient } from './proving-client.ts'

/** What is given to all hosts together before the last of them is asked: one that was cut off never answers. */
const SILENCE_MS = 500
const ANSWERS_WITHIN_MS = 1_000
/** As PostgreSQL says that it takes no connections now. */
const NOT_NOW = '57P03'

type Connected = (error: Error) => void

/** Where its URL names several hosts, each connection goes to the first of them that accepts writes. */
export class Client extends ProvingClient {
  readonly #hosts: ClientConfig[]

  constructor(config: ClientConfig = {}) {
    const urls = urlsOfHosts(config.connectionString ?? '')
    const hosts = urls.map((url) => ({ ...config, connectionString: url }))
    super(hosts[0] as ClientConfig)
    this.#hosts = hosts
    // Without a listener, a connection that the server closes would crash the process: while idle, between statements, and also
    // in the moment between being ready and being handed to whoever waits for it. The next query on it fails.
    this.on('error', () => {})
    // It may have become a standby since it was chosen, and would answer with what was true some time ago.
    if (urls.length > 1)
      this.connection.on('parameterStatus', ({ parameterName, parameterValue }) => {
        if (parameterName === 'in_hot_standby' && parameterValue === 'on')
          this.connection.stream.destroy(notNow([said.readOnly]))
      })
  }

  override connect(): Promise<this>
  override connect(connected: Connected): void
  override connect(connected?: Connected): Promise<this> | undefined {
    const connecting = this.#connect()
    if (!connected) return connecting
    connecting.then(() => connected(null as unknown as Error), connected)
    return undefined
  }

  async #connect(): Promise<this> {
    if (this.#hosts.length > 1) Object.assign(this, await firstWritable(this.#hosts))
    await super.connect()
    return this
  }
}

interface Server {
  host: string
  port: number
}

/** The next one is asked when those before it have all refused, or have said nothing for a while. */
async function firstWritable(hosts: ClientConfig[]): Promise<Server> {
  const asked: Promise<Server>[] = []
  for (const config of hosts) {
    asked.push(serverIfWritable(config))
    const first = Promise.any(asked).catch(() => null)
    const found = await Promise.race([first, delay(SILENCE_MS / hosts.length, null)])
    if (found) return found
  }
  return Promise.any(asked).catch(({ errors }: AggregateError) => {
    throw notNow(errors.map(({ message, code }) => message || code))
  })
}

async function serverIfWritable(config: ClientConfig): Promise<Server> {
  const limits = { connectionTimeoutMillis: ANSWERS_WITHIN_MS, query_timeout: ANSWERS_WITHIN_MS }
  const client = new ProvingClient({ ...config, ...limits })
  client.on('error', () => {})
  const { host, port } = client
  try {
    await client.connect()
    const { rows } = await client.query('show transaction_read_only')
    if (rows[0].transaction_read_only === 'on') throw new Error(said.readOnly)
    return { host, port }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Error(`${host}:${port}: ${message || code}`)
  } finally {
    client.end().catch(() => {})
  }
}

function notNow(reasons: string[]): Error {
  return Object.assign(new Error(said.noneWritable(reasons)), { code: NOT_NOW })
}
