import type { FastifyInstance, InjectOptions } from 'fastify'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { PUBLIC_URL } from './app.ts'

export type Fields = Record<string, string>

export interface Visit {
  status: number
  url: string
  location: string | null
  headers: Record<string, unknown>
  html: string
  /** What a person reads, without markup. */
  text: string
}

/** Somebody with a browser: keeps cookies, sends forms as browsers do, and follows redirects when told to. */
export class Visitor {
  readonly cookies = new Map<string, string>()
  readonly #app: FastifyInstance
  readonly origin: string
  readonly #host: string

  /** @param origin of a clinic that isn't the only one */
  constructor(app: FastifyInstance, origin?: string) {
    this.#app = app
    this.origin = origin ?? PUBLIC_URL
    this.#host = new URL(origin ?? app.config.publicUrl).host
  }

  async get(url: string, headers: Fields = {}): Promise<Visit> {
    return this.send({ method: 'GET', url, headers })
  }

  async post(url: string, fields: Fields | string = {}, headers: Fields = {}): Promise<Visit> {
    const payload = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString()
    const form = { origin: this.origin, 'content-type': 'application/x-www-form-urlencoded', ...headers }
    return this.send({ method: 'POST', url, payload, headers: form })
  }

  /** Follows redirects to the page at their end. */
  async follow(visit: Visit): Promise<Visit> {
    let last = visit
    for (let hops = 0; last.location && hops < 5; hops++) last = await this.get(last.location)
    return last
  }

  async signIn(user: { email: string }, password = DEMO_PASSWORD): Promise<Visit> {
    return this.post('/sign-in', { email: user.email, password })
  }

  async send({ headers, ...options }: InjectOptions): Promise<Visit> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const sent = { host: this.#host, ...(cookie && { cookie }), ...headers }
    const reply = await this.#app.inject({ ...options, headers: sent })
    for (const { name, value } of reply.cookies) {
      if (value) this.cookies.set(name, value)
      else this.cookies.delete(name)
    }
    return {
      status: reply.statusCode,
      url: String(options.url),
      location: reply.headers.location ? String(reply.headers.location) : null,
      headers: reply.headers,
      html: reply.body,
      text: textOf(reply.body),
    }
  }
}

/** A hidden field of the page, as a browser would send it back. */
export function hidden(visit: Visit, name: string): string {
  const value = new RegExp(`name="${name}" value="([^"]*)"`).exec(visit.html)?.[1]
  if (value === undefined)
    throw new Error(`No field ${name} on ${visit.url} (${visit.status}): ${visit.text}`)
  return decode(value)
}

export function textOf(html: string): string {
  const body = html.replace(/<head>.*?<\/head>/s, '')
  return decode(body.replace(/<[^>]+>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
}

function decode(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
