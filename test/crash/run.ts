import { parseArgs } from 'node:util'
import { runCrashTest } from './rounds.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
  },
})
const [seed, rounds] = [Number(values.seed), Number(values.rounds)]
console.log(`npm run crash-test -- --rounds ${rounds} --seed ${seed}\n`)
const { counts, violations } = await runCrashTest(seed, rounds, (line) => console.log(line))
console.log(`\n${counts}`)
for (const violation of violations) console.error(`\n${violation}`)
console.log(violations.length > 0 ? `\nIt broke. Seed ${seed}.` : '\nEverything held.')
process.exit(violations.length > 0 ? 1 : 0)
