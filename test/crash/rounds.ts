import { setTimeout as delay } from 'node:timers/promises'
import { type Attempt, pressAgain } from './attempt.ts'
import { perform } from './attempts.ts'
import { Counts } from './counts.ts'
import { Faults } from './faults.ts'
import { report } from './forms.ts'
import { INVARIANTS } from './invariants.ts'
import { neighbourNow } from './neighbour.ts'
import { type Plan, plansFor } from './plan.ts'
import { copyOf } from './post-office.ts'
import { type MortalProcesses, startProcesses } from './processes.ts'
import { lookAround } from './scene.ts'
import { OWNER, setUp } from './set-up.ts'
import { Team } from './team.ts'
import { letEverythingLeave, turnTheClock, untilNothingIsDue } from './time.ts'
import { described, endedAlone, everybodySignsIn, reportedTwice } from './verdict.ts'

interface CrashTest {
  seed: number
  rounds: number
  /** What broke, named, with the round in which it did; empty where everything held. */
  violations: string[]
  counts: string
}

/** Rounds of attempts with one fault each; it ends with the first round after which something does not hold. */
export async function runCrashTest(
  seed: number,
  rounds: number,
  { say = () => {}, signal }: { say?: (line: string) => void; signal?: AbortSignal } = {},
): Promise<CrashTest> {
  const faults = new Faults()
  const processes = await startProcesses((index) => faults.watch(index))
  faults.processes = processes
  try {
    const team = new Team(processes)
    await setUp(processes, team)
    faults.watchPostmarks()
    const neighbour = await neighbourNow(processes)
    const run = { processes, team, faults, neighbour, attempts: [] as Attempt[], counts: new Counts() }
    let violations: string[] = []
    for (const plan of plansFor(seed, rounds)) {
      violations = await round(run, plan)
      // Ctrl-C in a terminal reaches the processes, too, so of this round nothing can be said.
      if (signal?.aborted) violations = []
      else run.counts.rounds += 1
      say(`${plan.number}/${rounds} ${plan.fault.name}${faults.struck ? '' : ' (did not come to it)'}`)
      if (violations.length > 0 || signal?.aborted) break
    }
    if (violations.length === 0 && !signal?.aborted) violations = await everybodySignsIn(run)
    const counts = run.counts.text(processes, run.attempts, Object.keys(INVARIANTS).length)
    return { seed, rounds: run.counts.rounds, violations, counts }
  } finally {
    await processes.close()
  }
}

interface Run {
  processes: MortalProcesses
  team: Team
  faults: Faults
  /** What the other clinic's rows were when it began. */
  neighbour: string
  /** Of all rounds. */
  attempts: Attempt[]
  counts: Counts
}

async function round(run: Run, plan: Plan): Promise<string[]> {
  const attempts = plan.attempts.map(
    ({ kind }, index): Attempt => ({
      kind,
      tag: `${plan.number}.${index + 1}`,
      outcome: 'nothing to do',
      acknowledgements: 0,
      said: '',
    }),
  )
  run.attempts.push(...attempts)
  const broken = await play(run, plan, attempts).catch((error) => [String(error.stack)])
  broken.push(...endedAlone(run.processes))
  return broken.map(
    (what) =>
      `round ${plan.number}, ${plan.fault.name}: ${what}\n${described(run.processes, plan, attempts)}`,
  )
}

async function play(run: Run, plan: Plan, attempts: Attempt[]): Promise<string[]> {
  const { processes, team, faults, counts } = run
  team.nextRound()
  await turnTheClock(processes)
  const scene = await lookAround(processes, team)
  const early = new Set<string>()
  faults.onEarlyReport = async (received) => {
    const copy = copyOf(received)
    const answer = await report(processes, team.newBrowser('Postmark'), copy, 'delivery').catch(() => null)
    if (answer?.status === 200) early.add(copy.emailId)
  }
  faults.arm(plan.fault)
  await Promise.all(
    plan.attempts.map(async (planned, index) => {
      await delay(planned.afterMs)
      await perform({ processes, team, scene, planned, attempt: attempts[index] as Attempt })
    }),
  )
  if (faults.isAboutEmail) await untilNothingIsDue(processes, () => faults.struck)
  await faults.lift()
  counts.fault(plan.fault.name, faults.struck)
  for (const attempt of attempts) if (await pressAgain(attempt)) counts.pressedAgain += 1
  await letEverythingLeave(processes)
  return [...(await everyInvariant(run)), ...reportedTwice(processes, early)]
}

async function everyInvariant({ processes, team, attempts, counts, neighbour }: Run): Promise<string[]> {
  const broken: string[] = []
  for (const [name, check] of Object.entries(INVARIANTS)) {
    const found = await check(processes, attempts)
    if (found.length > 0) broken.push(`${name}: ${found.join('; ')}`)
  }
  if ((await neighbourNow(processes)) !== neighbour) broken.push('the other clinic is as it was')
  await team.signInPatiently(team.named(OWNER.email), team.newBrowser('the owner')).catch((error) => {
    broken.push(`an administrator can sign in: ${error.message}`)
  })
  counts.signIns += 1
  return broken
}
