import { setTimeout as delay } from 'node:timers/promises'
import type { Statement, Verdict, Watch } from '../support/database-proxy.ts'
import type { Received } from '../support/fake-postmark.ts'
import { FAULTS, type Misbehaviour, type PlannedFault, type Point, type Strike } from './fault-list.ts'
import type { MortalApp, MortalProcesses } from './processes.ts'

const isWrite = /^insert into "events"|^update "emails"/
const isClaim = /update "emails" set "attempts" = attempts \+ 1/
const isOutcome = /^update "emails" set "leased_until" = \$1, "sent_at" = now\(\)/

/** The one fault of a round: armed, it strikes once. */
export class Faults {
  processes!: MortalProcesses
  fault: PlannedFault | null = null
  /** Whether it came to it. */
  struck = false
  /** PostgreSQL's return, where it was stopped. */
  recovered: Promise<unknown> = Promise.resolve()
  /** Told before a process is killed whose email Postmark has just taken. */
  onEarlyReport: (received: Received) => Promise<void> = async () => {}
  #left = 0
  #endSilence = () => {}
  #silence: Promise<void> = Promise.resolve()

  watch(index: number): Watch {
    return {
      asked: async ({ sql, earlier }) => {
        if (sql === 'commit' && earlier.some((each) => isWrite.test(each)))
          return this.#at('before commit', index)
        return isOutcome.test(sql) ? this.#at('before its outcome', index) : 'pass on'
      },
      answered: async ({ sql, earlier, rows }: Statement) => {
        if (sql === 'commit' && earlier.some((each) => isWrite.test(each)))
          return this.#at('after commit', index)
        if (isClaim.test(sql) && rows > 0) return this.#at('before send', index)
        return isOutcome.test(sql) ? this.#at('after its outcome', index) : 'pass on'
      },
    }
  }

  watchPostmarks(): void {
    for (const [index, { postmark }] of this.processes.apps.entries()) {
      postmark.beforeAnswering(async () => {
        const received = postmark.received.at(-1) as Received
        if (received.answer !== 'accepted') this.struck = true
        if (received.answer === 'cut before the answer') await this.#silence
        if (received.answer !== 'accepted') return
        if (this.#isDueAt('after send') && this.fault?.reportsEarly) await this.onEarlyReport(received)
        await this.#at('after send', index)
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
    for (const { postmark } of this.processes.apps) postmark.answerNext(...answers)
  }

  /** Whether it waits for an email, and not for an attempt. */
  get isAboutEmail(): boolean {
    const planned: Strike | Misbehaviour | null = this.fault && FAULTS[this.fault.name]
    return planned !== null && !('point' in planned && planned.point.endsWith('commit'))
  }

  /** Everything works again, once whatever was stopped is back. */
  async lift(): Promise<void> {
    const lastsOn = this.fault?.isLong && this.struck
    this.fault = null
    for (const { postmark } of this.processes.apps) postmark.forget()
    if (!lastsOn) this.#endSilence()
    await this.recovered
    await Promise.all(this.processes.apps.map((app) => app.back))
  }

  #isDueAt(point: Point): boolean {
    const planned: Strike | Misbehaviour | null = this.fault && FAULTS[this.fault.name]
    return planned !== null && 'point' in planned && planned.point === point && this.#left === 1
  }

  async #at(point: Point, index: number): Promise<Verdict> {
    const { fault } = this
    const planned: Strike | Misbehaviour | null = fault && FAULTS[fault.name]
    if (!fault || !planned || !('point' in planned) || planned.point !== point) return 'pass on'
    this.#left -= 1
    if (this.#left !== 0) return 'pass on'
    this.struck = true
    if (planned.blow === 'kill') {
      await this.processes.kill(this.processes.apps[index] as MortalApp)
      return 'cut'
    }
    if (planned.blow === 'stop PostgreSQL meanwhile') setImmediate(() => this.#stopDatabase(fault))
    else this.#stopDatabase(fault)
    return planned.blow === 'stop PostgreSQL' ? 'cut' : 'pass on'
  }

  #stopDatabase(fault: PlannedFault): void {
    this.processes.stopDatabase()
    this.recovered = delay(fault.awayMs).then(() => this.processes.startDatabase())
  }
}
