import { setTimeout as delay } from 'node:timers/promises'
import { AnswerLost, type Browser } from '../crash/browser.ts'
import type { Scope } from '../support/scope.ts'
import { overAndOver, until } from '../support/until.ts'

const EVERY_MS = 250
const IN_A_ROW = 5
const BACK = { within: 90_000, every: 100 }

interface Answer {
  sentAt: number
  at: number
  /** 0 where none came. */
  status: number
}

/** What somebody who opened a page four times a second was told, since the fault. */
export interface Outage {
  /** Seconds until a page came that was asked for after the first that did not; 0 where every page came. */
  firstPage: number
  /** Seconds until the last page that did not come was asked for. */
  lastFailure: number
  unavailable: number
  /** What no page may answer, whatever dies. */
  wrong: string[]
}

/** Opens the list of users again and again, without waiting for earlier answers. */
export class Probe {
  readonly #browser: Browser
  #asked: Promise<Answer>[] = []
  #answers: Answer[] = []
  #stopAsking = async () => {}

  constructor(browser: Browser) {
    this.#browser = browser
  }

  start(t: Scope): void {
    this.#asked = []
    this.#answers = []
    this.#stopAsking = overAndOver(t, async () => {
      this.#asked.push(this.#ask())
      await delay(EVERY_MS)
    })
  }

  async #ask(): Promise<Answer> {
    const sentAt = performance.now()
    const status = await this.#browser.get('/settings/users').then(
      (visit) => visit.status,
      (error) => {
        if (error instanceof AnswerLost) return 0
        throw error
      },
    )
    const answer = { sentAt, at: performance.now(), status }
    this.#answers.push(answer)
    return answer
  }

  /** A page comes that was asked for after this moment, and five in a row do. */
  async untilBack(since: number): Promise<void> {
    const latest = () => this.#answers.filter(({ sentAt }) => sentAt > since).slice(-IN_A_ROW)
    const isBack = () => latest().filter(({ status }) => status === 200).length === IN_A_ROW
    await until('pages come again', isBack, BACK).catch((error) => {
      throw new Error(`${error.message}: ${latest().map(({ status }) => status)}`, { cause: error })
    })
  }

  async stop(struckAt: number): Promise<Outage> {
    await this.#stopAsking()
    const answers = (await Promise.all(this.#asked)).filter(({ at }) => at > struckAt)
    const failures = answers.filter(({ status }) => status !== 200)
    const [first] = failures
    const seconds = (at = struckAt) => (at - struckAt) / 1000
    const back = first && answers.filter(({ status, sentAt }) => status === 200 && sentAt > first.sentAt)
    return {
      firstPage: seconds(back && Math.min(...back.map(({ at }) => at))),
      lastFailure: seconds(failures.at(-1)?.sentAt),
      unavailable: failures.filter(({ status }) => status === 503).length,
      wrong: failures
        .filter(({ status }) => status !== 503)
        .map(({ status, sentAt }) => `${status} after ${seconds(sentAt)} s`),
    }
  }
}
