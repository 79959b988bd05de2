import { setTimeout as delay } from 'node:timers/promises'
import { type Attempt, pressAgain } from '../crash/attempt.ts'
import { Browser } from '../crash/browser.ts'
import { Counts } from '../crash/counts.ts'
import { INVARIANTS } from '../crash/invariants.ts'
import type { Processes } from '../crash/processes.ts'
import { seededRandom } from '../crash/random.ts'
import { OWNER, setUp } from '../crash/set-up.ts'
import { Team } from '../crash/team.ts'
import { letEverythingLeave, turnTheClock } from '../crash/time.ts'
import { endedAlone, everybodySignsIn, lastWarnings } from '../crash/verdict.ts'
import { type Scope, scoped } from '../support/scope.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { FAULTS, type FaultName, faultNamed } from './faults.ts'
import { Probe } from './probes.ts'
import { startProcesses, WAYS } from './processes.ts'
import type { Row } from './table.ts'
import { startWork } from './team-at-work.ts'

const BEFORE_MS = 2_000

interface Options {
  seed: number
  rounds: number
  isOwnNetwork: boolean
  say: (line: string) => void
  signal: AbortSignal
}

interface FailoverTest {
  rows: Row[]
  attempts: Attempt[]
  signIns: number
  /** What broke, with its round; it ends with the first round after which something does not hold. */
  violations: string[]
}

interface Run extends FailoverTest {
  cluster: Cluster
  processes: Processes
  team: Team
  probes: Probe[]
}

export async function runFailoverTest(options: Options): Promise<FailoverTest> {
  const { rounds, isOwnNetwork, say, signal } = options
  return scoped(async (t) => {
    const cluster = await startCluster(t, isOwnNetwork)
    const processes = await startProcesses(t, cluster)
    const team = new Team(processes)
    await setUp(processes, team)
    const probes = await startProbes(processes, team)
    const run: Run = { cluster, processes, team, probes, rows: [], attempts: [], signIns: 0, violations: [] }
    const stopped = new Promise<never>((_, reject) => signal.addEventListener('abort', reject))
    for (const [index, fault] of faultsFor(options, cluster).entries()) {
      const number = index + 1
      const broken = await Promise.race([round(t, run, options.seed, number, fault), stopped]).catch(
        (error) => [[error.stack, cluster.logs(), ...processes.apps.flatMap(lastWarnings)].join('\n')],
      )
      // Ctrl-C in a terminal reaches the programs, too, so of this round nothing can be said.
      if (signal.aborted) return run
      const firstPages = run.rows
        .slice(-WAYS.length)
        .map(({ firstPage, unavailable }) => `${firstPage.toFixed(1)} s, ${unavailable} × 503`)
      say(`${number}/${rounds} ${fault}: ${firstPages.join(' | ')}`)
      run.violations = broken.map((what) => `round ${number}, ${fault}: ${what}`)
      if (broken.length > 0) return run
    }
    const counts = new Counts()
    run.violations = await everybodySignsIn({ processes, team, counts, attempts: run.attempts })
    run.signIns += counts.signIns
    return run
  })
}

/** Each as often as any other, in another order each time. */
function faultsFor({ seed, rounds, say }: Options, { canCut }: Cluster): FaultName[] {
  const all = Object.keys(FAULTS) as FaultName[]
  const possible = all.filter((name) => canCut || !faultNamed(name).needsCable)
  if (!canCut) say('No machine has a network of its own here, so none is cut off.')
  const random = seededRandom(seed)
  const decks = Array.from({ length: Math.ceil(rounds / possible.length) }, () => random.shuffled(possible))
  return decks.flat().slice(0, rounds)
}

async function startProbes(processes: Processes, team: Team): Promise<Probe[]> {
  const owner = team.named(OWNER.email)
  return Promise.all(
    processes.apps.map(async (app, index) => {
      const browser = new Browser({ apps: [app] }, 60_000 + index)
      browser.userAgent = `probe ${index}`
      await team.signIn(owner, browser)
      return new Probe(browser)
    }),
  )
}

async function round(t: Scope, run: Run, seed: number, number: number, name: FaultName): Promise<string[]> {
  const { cluster, processes, team, probes } = run
  const struck = { cluster, ...(await cluster.untilHealthy()) }
  team.nextRound()
  await turnTheClock(processes)
  const stopWork = await startWork(t, { processes, team, seed, round: number })
  for (const probe of probes) probe.start(t)
  await delay(BEFORE_MS)
  const fault = faultNamed(name)
  await fault.prepare?.(struck)
  const struckAt = performance.now()
  try {
    await fault.strike(struck)
    await fault.lasts?.(struck)
    await Promise.all(probes.map((probe) => probe.untilBack(struckAt)))
  } finally {
    await fault.heal?.(struck)
  }
  // People work on while the one that was away comes back.
  const healedAt = performance.now()
  await cluster.untilHealthy()
  await Promise.all(probes.map((probe) => probe.untilBack(healedAt)))
  const outages = await Promise.all(probes.map((probe) => probe.stop(struckAt)))
  run.rows.push(...outages.map((outage, index) => ({ ...outage, fault: name, way: WAYS[index] ?? '' })))
  const { attempts, signIns } = await stopWork()
  run.attempts.push(...attempts)
  run.signIns += signIns
  for (const attempt of attempts) await pressAgain(attempt)
  await letEverythingLeave(processes)
  return [
    ...outages.flatMap(({ wrong }, index) =>
      wrong.map((what) => `a page through ${WAYS[index]} answered ${what}`),
    ),
    ...(await brokenInvariants(run)),
    ...endedAlone(processes),
  ]
}

async function brokenInvariants({ processes, attempts }: Run): Promise<string[]> {
  const broken: string[] = []
  for (const [name, check] of Object.entries(INVARIANTS)) {
    const found = await check(processes, attempts)
    if (found.length > 0) broken.push(`${name}: ${found.join('; ')}`)
  }
  return broken
}
