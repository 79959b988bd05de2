import { setTimeout as delay } from 'node:timers/promises'
import type { Statement, Verdict, Watch } from '../support/database-proxy.ts'
import type { Received } from '../support/postmark-stand-in.ts'
import type { App, House } from './house.ts'
import type { Random } from './random.ts'

/** Where something can happen, as it is seen from outside: on the way to PostgreSQL, and at Postmark. */
export type Point =
  | 'before commit'
  | 'after commit'
  | 'before send'
  | 'after send'
  | 'before its outcome'
  | 'after its outcome'

type Blow = 'kill' | 'stop PostgreSQL' | 'stop PostgreSQL meanwhile'

interface Strike {
  point: Point
  blow: Blow
}

/** What Postmark does instead; `holds`: only after a long silence. */
interface Misbehaviour {
  answer: Received['answer']
  holds?: boolean
}

export const FAULTS = {
  'process killed before commit': { point: 'before commit', blow: 'kill' },
  'process killed after commit': { point: 'after commit', blow: 'kill' },
  'process killed before send': { point: 'before send', blow: 'kill' },
  'process killed after send': { point: 'after send', blow: 'kill' },
  'process killed after send, before its commit': { point: 'before its outcome', blow: 'kill' },
  'process killed after send and its commit': { point: 'after its outcome', blow: 'kill' },
  'PostgreSQL stopped before commit': { point: 'before commit', blow: 'stop PostgreSQL' },
  'PostgreSQL stopped during commit': { point: 'before commit', blow: 'stop PostgreSQL meanwhile' },
  'PostgreSQL stopped after commit': { point: 'after commit', blow: 'stop PostgreSQL' },
  'PostgreSQL stopped before send': { point: 'before send', blow: 'stop PostgreSQL' },
  'PostgreSQL stopped after send, before its commit': {
    point: 'before its outcome',
    blow: 'stop PostgreSQL',
  },
  'Postmark silent': { answer: 'cut before the answer', holds: true },
  'Postmark answers 500': { answer: 'server error' },
  'Postmark cuts before the answer': { answer: 'cut before the answer' },
  'Postmark cuts within the answer': { answer: 'cut after the headers' },
} as const satisfies Record<string, Strike | Misbehaviour>

export type FaultName = keyof typeof FAULTS

export interface PlannedFault {
  name: FaultName
  /** At how many-th opportunity. */
  nth: number
  /** Of how many e-mails in a row, where it is Postmark's. */
  times: number
  /** How long PostgreSQL stays away. */
  awayMs: number
  /** Whether the silence lasts until the application gives up, and not only until the acts are over. */
  isLong: boolean
  /** Postmark reports the delivery to the other process before the one that sent it is killed. */
  reportsEarly: boolean
}

export function plannedFault(random: Random, name: FaultName): PlannedFault {
  return {
    name,
    nth: 1 + random.upTo(2),
    times: 1 + random.upTo(4),
    awayMs: random.upTo(400),
    isLong: random.chance(0.25),
    reportsEarly: random.chance(0.5),
  }
}

const isWrite = /^insert into "events"|^update "emails"/
const isClaim = /update "emails" set "attempts" = attempts \+ 1/
const isOutcome = /^update "emails" set "leased_until" = \$1, "sent_at" = now\(\)/

/** The one fault of a round: armed, it strikes once. */
export class Faults {
  house!: House
  fault: PlannedFault | null = null
  /** Whether it came to it. */
  struck = false
  /** PostgreSQL's return, where it was stopped. */
  recovered: Promise<unknown> = Promise.resolve()
  /** Told before a process is killed whose e-mail Postmark has just taken. */
  onEarlyReport: (received: Received) => Promise<void> = async () => {}
  #left = 0
  #endSilence = () => {}
  #silence: Promise<void> = Promise.resolve()

  watch(place: number): Watch {
    return {
      asked: async ({ sql, earlier }) => {
        if (sql === 'commit' && earlier.some((each) => isWrite.test(each)))
          return this.#at('before commit', place)
        return isOutcome.test(sql) ? this.#at('before its outcome', place) : 'pass on'
      },
      answered: async ({ sql, earlier, rows }: Statement) => {
        if (sql === 'commit' && earlier.some((each) => isWrite.test(each)))
          return this.#at('after commit', place)
        if (isClaim.test(sql) && rows > 0) return this.#at('before send', place)
        return isOutcome.test(sql) ? this.#at('after its outcome', place) : 'pass on'
      },
    }
  }

  watchPostmarks(): void {
    for (const [place, { postmark }] of this.house.apps.entries()) {
      postmark.beforeAnswering(async () => {
        const received = postmark.received.at(-1) as Received
        if (received.answer !== 'accepted') this.struck = true
        if (received.answer === 'cut before the answer') await this.#silence
        if (received.answer !== 'accepted') return
        if (this.#isDueAt('after send') && this.fault?.reportsEarly) await this.onEarlyReport(received)
        await this.#at('after send', place)
      })
    }
  }

  arm(fault: PlannedFault): void {
    this.fault = fault
    this.struck = false
    this.#left = fault.nth
    const planned: Strike | Misbehaviour = FAULTS[fault.name]
    if ('point' in planned) return
    if (planned.holds) {
      this.#silence = new Promise((resolve) => {
        this.#endSilence = resolve
      })
    }
    const late = Array<Received['answer']>(fault.nth - 1).fill('accepted')
    const answers = [...late, ...Array<Received['answer']>(fault.times).fill(planned.answer)]
    for (const { postmark } of this.house.apps) postmark.answerNext(...answers)
  }

  /** Whether it waits for an e-mail, and not for an act. */
  get isAboutMail(): boolean {
    const planned: Strike | Misbehaviour | null = this.fault && FAULTS[this.fault.name]
    return planned !== null && !('point' in planned && planned.point.endsWith('commit'))
  }

  /** Everything works again, once whatever was stopped is back. */
  async lift(): Promise<void> {
    const lastsOn = this.fault?.isLong && this.struck
    this.fault = null
    for (const { postmark } of this.house.apps) postmark.forget()
    if (!lastsOn) this.#endSilence()
    await this.recovered
    await Promise.all(this.house.apps.map((app) => app.back))
  }

  #isDueAt(point: Point): boolean {
    const planned: Strike | Misbehaviour | null = this.fault && FAULTS[this.fault.name]
    return planned !== null && 'point' in planned && planned.point === point && this.#left === 1
  }

  async #at(point: Point, place: number): Promise<Verdict> {
    const { fault } = this
    const planned: Strike | Misbehaviour | null = fault && FAULTS[fault.name]
    if (!fault || !planned || !('point' in planned) || planned.point !== point) return 'pass on'
    this.#left -= 1
    if (this.#left !== 0) return 'pass on'
    this.struck = true
    if (planned.blow === 'kill') {
      await this.house.kill(this.house.apps[place] as App)
      return 'cut'
    }
    if (planned.blow === 'stop PostgreSQL meanwhile') setImmediate(() => this.#stopDatabase(fault))
    else this.#stopDatabase(fault)
    return planned.blow === 'stop PostgreSQL' ? 'cut' : 'pass on'
  }

  #stopDatabase(fault: PlannedFault): void {
    this.house.stopDatabase()
    this.recovered = delay(fault.awayMs).then(() => this.house.startDatabase())
  }
}
