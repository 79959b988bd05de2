import { parseArgs } from 'node:util'
import { playOutages } from '../outages/by-hand.ts'
import { runCrashTest } from './rounds.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    outages: { type: 'boolean', default: false },
  },
})
const say = (line: string) => console.log(line)
const broken = values.outages ? await playOutages(say) : await playRounds()
for (const what of broken) console.error(`\n${what}`)
process.exit(broken.length > 0 ? 1 : 0)

async function playRounds(): Promise<string[]> {
  const [seed, rounds] = [Number(values.seed), Number(values.rounds)]
  const stop = new AbortController()
  // The first Ctrl-C ends it after this round, with everything that it started.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  say(`npm run crash-test -- --rounds ${rounds} --seed ${seed}\n`)
  const { counts, violations } = await runCrashTest(seed, rounds, { say, signal: stop.signal })
  say(`\n${counts}`)
  say(violations.length > 0 ? `\nIt broke. Seed ${seed}.` : '\nEverything held.')
  return violations
}
