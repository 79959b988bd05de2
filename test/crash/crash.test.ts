import t from '../support/tap.ts'
import { runCrashTest } from './rounds.ts'

/** Any other would do; of as many rounds as there are faults, each has another one. */
const SEED = 20
const ROUNDS = 20

t.test('whatever dies in twenty rounds, nothing that anybody was told is lost', async (t) => {
  const { rounds, violations, counts } = await runCrashTest(SEED, ROUNDS)
  t.comment(counts)
  t.same(violations, [])
  t.equal(rounds, ROUNDS)
})
