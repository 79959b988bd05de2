import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Fields, hidden, textOf, type Visit } from '../support/visitor.ts'

export { hidden }

export const PUBLIC_URL = 'http://frontdesk.localhost'
const HANGS_AFTER_MS = 60_000

interface Sent {
  method?: string
  headers?: Fields
  body?: string
}

/** The connection broke before an answer came: whether it was done, only the database knows. */
export class AnswerLost extends Error {}

/** The processes that a balancer knows. */
export interface Balanced {
  apps: { url: string; isDown?: boolean }[]
}

/** Somebody's browser behind a balancer that hands each request to the next process that is up. */
export class Browser {
  readonly cookies: Map<string, string>
  /** What the audit trail will say the request came from; it tells the acts apart. */
  userAgent = 'crash test'
  readonly #processes: Balanced
  readonly #number: number
  #turn: number

  constructor(processes: Balanced, number: number, cookies = new Map<string, string>()) {
    this.#processes = processes
    this.#number = number
    this.#turn = number
    this.cookies = cookies
  }

  /** Another tab: the same cookies. */
  tab(userAgent: string): Browser {
    const tab = new Browser(this.#processes, this.#number, this.cookies)
    tab.userAgent = userAgent
    return tab
  }

  get(path: string): Promise<Visit> {
    return this.send(path, {})
  }

  post(path: string, fields: Fields): Promise<Visit> {
    const headers = { origin: PUBLIC_URL, 'content-type': 'application/x-www-form-urlencoded' }
    return this.send(path, { method: 'POST', headers, body: new URLSearchParams(fields).toString() })
  }

  /** @throws {AnswerLost} */
  async send(path: string, { method = 'GET', headers = {}, body = '' }: Sent): Promise<Visit> {
    const up = this.#processes.apps.filter((app) => !app.isDown)
    const { url: origin } = up[this.#turn++ % up.length] ?? { url: '' }
    const url = path.startsWith(PUBLIC_URL) ? path.slice(PUBLIC_URL.length) : path
    // A connection for each request: one that a killed process left behind would only look like a lost answer.
    const sent = request(origin + url, { method, agent: false, headers: { ...headers, ...this.#headers() } })
    sent.setTimeout(HANGS_AFTER_MS, () => sent.destroy(new Error(`${url} was not answered at all`)))
    sent.end(body)
    try {
      const [answer] = (await once(sent, 'response')) as [IncomingMessage]
      const html = await text(answer)
      this.#keep(answer.headers['set-cookie'] ?? [])
      const location = answer.headers.location ?? null
      const status = answer.statusCode ?? 0
      return { status, url, location, html, text: textOf(html), headers: answer.headers }
    } catch (error) {
      if (!('code' in (error as object))) throw error
      throw new AnswerLost(`${url}: ${(error as Error).message}`)
    }
  }

  #headers(): Fields {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const ip = [16, 8, 0].map((bits) => (this.#number >> bits) & 255)
    const headers = {
      host: new URL(PUBLIC_URL).host,
      'user-agent': this.userAgent,
      'x-forwarded-for': `10.${ip.join('.')}`,
    }
    return { ...headers, ...(cookie && { cookie }) }
  }

  #keep(cookies: string[]): void {
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value) this.cookies.set(name, value)
      else this.cookies.delete(name)
    }
  }
}
