import { Browser as AnyBrowser, type Asked, type Visit } from '../support/browser.ts'
import { overHttp } from '../support/http.ts'

export { hidden } from '../support/browser.ts'

export const PUBLIC_URL = 'http://frontdesk.localhost'
/** Of the clinic in which everything happens; it has a neighbour. */
const CLINIC_URL = 'http://harbour-street-clinic.frontdesk.localhost'
const HANGS_AFTER_MS = 60_000

/** The connection broke before an answer came: whether it was done, only the database knows. */
export class AnswerLost extends Error {}

/** The processes that a balancer knows. */
interface Balanced {
  apps: { url: string; isDown?: boolean }[]
}

/** Somebody's browser behind a balancer that hands each request to the next process that is up. */
export class Browser extends AnyBrowser {
  /** What the audit trail will say the request came from; it tells the attempts apart. */
  userAgent = 'crash test'
  readonly #processes: Balanced
  readonly #number: number

  constructor(processes: Balanced, number: number, cookies = new Map<string, string>(), origin = CLINIC_URL) {
    // A connection for each request: one that a killed process left behind would only look like a lost answer.
    super(overHttp({ originOf: inTurn(processes, number), answersWithin: HANGS_AFTER_MS }), origin, cookies)
    this.#processes = processes
    this.#number = number
  }

  /** Before there is a clinic, which would have a host of its own. */
  atBareHost(): Browser {
    return new Browser(this.#processes, this.#number, this.cookies, PUBLIC_URL)
  }

  /** Another tab: the same cookies. */
  tab(userAgent: string): Browser {
    const tab = new Browser(this.#processes, this.#number, this.cookies)
    tab.userAgent = userAgent
    return tab
  }

  /** @throws {AnswerLost} */
  override async send({ url, headers, ...asked }: Asked): Promise<Visit> {
    const ip = [16, 8, 0].map((bits) => (this.#number >> bits) & 255)
    const ours = { 'user-agent': this.userAgent, 'x-forwarded-for': `10.${ip.join('.')}` }
    const path = url.replace(/^http:\/\/[^/]+/, '')
    try {
      return await super.send({ ...asked, url: path, headers: { ...headers, ...ours } })
    } catch (error) {
      if (!('code' in (error as object))) throw error
      throw new AnswerLost(`${path}: ${(error as Error).message}`)
    }
  }
}

function inTurn(processes: Balanced, first: number): () => string {
  let turn = first
  return () => {
    const up = processes.apps.filter((app) => !app.isDown)
    return up[turn++ % up.length]?.url ?? ''
  }
}
