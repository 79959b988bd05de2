import { parseArgs } from 'node:util'
import type { Attempt, Outcome } from '../crash/attempt.ts'
import { scoped } from '../support/scope.ts'
import { startProgram } from '../support/start-program.ts'
import { whatIsMissing } from './needs.ts'
import { ownNetwork } from './network.ts'
import { runFailoverTest } from './rounds.ts'
import { tableOf } from './table.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '28' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    /** How it starts itself again. */
    inside: { type: 'boolean', default: false },
  },
})
const stop = new AbortController()
// The first Ctrl-C ends it after this round, with everything that it started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
process.exit(values.inside ? await play(true) : await start())

/** In a network of its own where that is allowed, so that machines can be cut off and no port is taken. */
async function start(): Promise<number> {
  const missing = whatIsMissing()
  if (missing) {
    console.error(missing)
    return 1
  }
  const before = await ownNetwork()
  if (!before) return play(false)
  const [command = '', ...words] = [...before, process.execPath, ...process.execArgv, import.meta.filename]
  const again = [...words, '--inside', '--rounds', values.rounds, '--seed', values.seed]
  return scoped(async (t) => {
    const { child, ended } = await startProgram(t, command, again, { stdio: 'inherit' })
    stop.signal.addEventListener('abort', () => child.kill('SIGTERM'))
    return (await ended) ?? 1
  })
}

async function play(isOwnNetwork: boolean): Promise<number> {
  const [seed, rounds] = [Number(values.seed), Number(values.rounds)]
  const say = (line: string) => console.log(line)
  say(`npm run failover-test -- --rounds ${rounds} --seed ${seed}\n`)
  const { rows, attempts, signIns, violations } = await runFailoverTest({
    seed,
    rounds,
    isOwnNetwork,
    say,
    signal: stop.signal,
  })
  say(
    `\n${tableOf(rows)}\n\nMedian of the rounds (worst in brackets), in seconds since the fault; a page a quarter second.`,
  )
  say(`${rows.length / 2} rounds, ${attempts.length} attempts: ${outcomesOf(attempts)}; ${signIns} sign-ins.`)
  for (const what of violations) console.error(`\n${what}`)
  say(
    violations.length > 0
      ? `\nIt broke. Seed ${seed}.`
      : '\nNothing confirmed was lost, and nothing was done twice.',
  )
  return violations.length > 0 ? 1 : 0
}

function outcomesOf(attempts: Attempt[]): string {
  const counts = new Map<Outcome, number>()
  for (const { outcome } of attempts) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')
}
