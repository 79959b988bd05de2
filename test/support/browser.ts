import type { Readable } from 'node:stream'

export type Fields = Record<string, string>

export interface Visit {
  status: number
  url: string
  location: string | null
  headers: Record<string, unknown>
  html: string
  /** What a person reads, without markup. */
  readonly text: string
  /** From sending the request to the last byte of the answer. */
  milliseconds: number
}

export interface Asked {
  method?: string
  url: string
  headers?: Fields
  payload?: string | Buffer | Readable | undefined
}

interface Answer {
  status: number
  headers: Record<string, unknown>
  /** As in `Set-Cookie`. */
  cookies: string[]
  html: string
}

/** Sends one request; how it gets to the app differs. */
export type Connection = (asked: Asked & { method: string; headers: Fields }) => Promise<Answer>

/** Somebody with a browser: keeps cookies, sends forms as browsers do, and follows redirects when told to. */
export class Browser {
  readonly cookies: Map<string, string>
  readonly #connection: Connection
  /** Where it believes that it is. */
  readonly origin: string

  constructor(connection: Connection, origin: string, cookies = new Map<string, string>()) {
    this.#connection = connection
    this.origin = origin
    this.cookies = cookies
  }

  get(url: string, headers: Fields = {}): Promise<Visit> {
    return this.send({ url, headers })
  }

  post(url: string, fields: Fields | string = {}, headers: Fields = {}): Promise<Visit> {
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

  async send({ method = 'GET', url, headers = {}, payload }: Asked): Promise<Visit> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const sent = { host: new URL(this.origin).host, ...(cookie && { cookie }), ...headers }
    const began = performance.now()
    const answer = await this.#connection({ method, url, headers: sent, payload })
    const milliseconds = performance.now() - began
    this.#keep(answer.cookies)
    return visitOf(url, answer, milliseconds)
  }

  #keep(cookies: string[]): void {
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value) this.cookies.set(name, value)
      else this.cookies.delete(name)
    }
  }
}

function visitOf(url: string, { status, headers, html }: Answer, milliseconds: number): Visit {
  const location = headers.location ? String(headers.location) : null
  return {
    ...{ status, url, location, headers, html, milliseconds },
    get text() {
      return textOf(html)
    },
  }
}

/** A hidden field of the page, as a browser would send it back. */
export function hidden({ html, url, status, text }: Visit, name: string): string {
  const value = new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1]
  if (value === undefined) throw new Error(`No field ${name} on ${url} (${status}): ${text}`)
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
