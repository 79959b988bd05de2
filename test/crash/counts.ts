import type { Attempt, Outcome } from './attempt.ts'
import type { FaultName } from './fault-list.ts'
import { ATTEMPT_KINDS } from './plan.ts'
import { everyCopy } from './post-office.ts'
import type { Processes } from './processes.ts'

/** What a run has done and met. */
export class Counts {
  rounds = 0
  pressedAgain = 0
  signIns = 0
  readonly faults = new Map<FaultName, { struck: number; missed: number }>()
  readonly #began = performance.now()

  fault(name: FaultName, struck: boolean): void {
    const count = this.faults.get(name) ?? { struck: 0, missed: 0 }
    count[struck ? 'struck' : 'missed'] += 1
    this.faults.set(name, count)
  }

  text(processes: Processes, attempts: Attempt[], checks: number): string {
    const seconds = Math.round((performance.now() - this.#began) / 1000)
    return [
      `${this.rounds} rounds in ${seconds} s, ${checks} invariants after each`,
      '',
      ...attemptLines(attempts),
      `${this.pressedAgain} buttons were pressed again after a lost answer or a 503`,
      `${this.signIns} sign-ins at the end, everybody with the password that was acknowledged`,
      '',
      ...[...this.faults].sort().map(([name, count]) => faultLine(name, count)),
      '',
      ...emailLines(processes),
    ].join('\n')
  }
}

function attemptLines(attempts: Attempt[]): string[] {
  const outcomes: Outcome[] = ['acknowledged', 'refused', 'unavailable', 'lost']
  const line = (name: string, of: Attempt[]) => {
    const numbers = outcomes.map((outcome) => of.filter((attempt) => attempt.outcome === outcome).length)
    return `${name.padEnd(28)}${numbers.map((number) => `${number}`.padStart(14)).join('')}`
  }
  return [
    `${'attempts'.padEnd(28)}${outcomes.map((outcome) => outcome.padStart(14)).join('')}`,
    ...ATTEMPT_KINDS.map((kind) =>
      line(
        kind,
        attempts.filter((attempt) => attempt.kind === kind),
      ),
    ),
    line('all', attempts),
  ]
}

function faultLine(name: FaultName, { struck, missed }: { struck: number; missed: number }): string {
  return `${name.padEnd(52)}${`${struck}`.padStart(4)}${missed ? `  (${missed} times it did not come to it)` : ''}`
}

function emailLines(processes: Processes): string[] {
  const taken = everyCopy(processes).filter((copy) => copy.isTaken)
  const emails = new Set(taken.map((copy) => copy.emailId)).size
  return [
    `${emails} emails sent, ${taken.length - emails} of them twice, of ${everyCopy(processes).length} attempts`,
  ]
}
