import { Agent } from 'node:http'
import { Browser as AnyBrowser, type Asked, type Visit } from '../test/support/browser.ts'
import { overHttp } from '../test/support/http.ts'

export { hidden, type Visit as Answer } from '../test/support/browser.ts'

const ANSWERS_WITHIN_MS = 120_000

/** Keeps one connection open. */
export class Browser extends AnyBrowser {
  readonly #agent: Agent

  constructor(origin: string, host = new URL(origin).host) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    super(overHttp({ originOf: () => origin, agent, answersWithin: ANSWERS_WITHIN_MS }), `http://${host}`)
    this.#agent = agent
  }

  /** It names the clinic's host, while the app's origin is another. */
  override send(asked: Asked): Promise<Visit> {
    return super.send({ ...asked, headers: { 'sec-fetch-site': 'same-origin', ...asked.headers } })
  }

  put(url: string, html: string): Promise<Visit> {
    return this.send({ method: 'PUT', url, payload: html, headers: { 'content-type': 'text/html' } })
  }

  close(): void {
    this.#agent.destroy()
  }
}
