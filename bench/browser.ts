import { Agent, request } from 'node:http'

export interface Answer {
  status: number
  location: string
  html: string
  milliseconds: number
  /** Seconds. */
  retryAfter: string | undefined
}

const ANSWERS_WITHIN_MS = 120_000

/** Keeps one connection open, and its cookie. */
export class Browser {
  cookie = ''
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #origin: string
  readonly #host: string

  constructor(origin: string, host = new URL(origin).host) {
    this.#origin = origin
    this.#host = host
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#send('GET', path, '', headers)
  }

  post(path: string, fields: Record<string, string>, extra: Record<string, string> = {}): Promise<Answer> {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      ...extra,
    }
    return this.#send('POST', path, new URLSearchParams(fields).toString(), headers)
  }

  put(path: string, html: string): Promise<Answer> {
    return this.#send('PUT', path, html, { 'content-type': 'text/html' })
  }

  close(): void {
    this.#agent.destroy()
  }

  #send(method: string, path: string, body: string, extra: Record<string, string>): Promise<Answer> {
    const length = body ? { 'content-length': Buffer.byteLength(body) } : {}
    const headers = { host: this.#host, ...(this.cookie && { cookie: this.cookie }), ...length, ...extra }
    const began = performance.now()
    return new Promise((resolve, reject) => {
      const sent = request(this.#origin + path, { method, headers, agent: this.#agent }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () => {
          const milliseconds = performance.now() - began
          this.cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? this.cookie
          const { statusCode: status = 0, headers } = answer
          const html = Buffer.concat(chunks).toString()
          const { location = '', 'retry-after': retryAfter } = headers
          resolve({ status, location, html, milliseconds, retryAfter })
        })
      })
      sent.on('error', reject)
      sent.setTimeout(ANSWERS_WITHIN_MS, () => sent.destroy(new Error(`No answer to ${method} ${path}`)))
      sent.end(body)
    })
  }
}

/** A hidden field, as a browser would send it back. */
export function hiddenField(html: string, name: string): string {
  const value = new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1]
  if (value === undefined) throw new Error(`The page has no field ${name}.`)
  return value
}
