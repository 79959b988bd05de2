import { loadConfig } from '../src/config.ts'
import { createPasswords } from '../src/sessions/passwords.ts'
import { scoped } from '../test/support/scope.ts'
import { type Answer, Browser } from './browser.ts'
import { type BenchDatabase, openBenchDatabase } from './database.ts'
import { startProcess } from './processes.ts'
import { seedClinics } from './seed.ts'
import { PASSWORD } from './visit.ts'

/**
 * Does the time of an answer tell whose address it is? `node --import=./src/typescript.js bench/answer-times.ts [sign-in] [rounds]`.
 * A rank test compares each kind of person with nobody: beyond ±2.6 the two differ (1 in 100 by chance).
 */
const FORM = process.argv.includes('sign-in') ? '/sign-in' : '/forgot-password'
const ROUNDS = Number(process.argv.at(-1)) || 200
const WARM_UP_ROUNDS = 5
const SECRET = 'a secret of the bench, long enough to start'

const KINDS = {
  active: 'joined_at is not null and deactivated_at is null',
  invited: 'joined_at is null and deactivated_at is null and id % 2 = 0',
  'invitation expired': 'joined_at is null and deactivated_at is null and id % 2 = 1',
  deactivated: 'deactivated_at is not null',
}

let asked = 0
await scoped(async (scope) => {
  const database = await openBenchDatabase(scope)
  const passwordHash = await createPasswords(loadConfig({ SECRET }).keys.passwords).hash(PASSWORD)
  await seedClinics(database.client, [20_000], passwordHash)
  const emails: Record<string, string[]> = {}
  for (const [kind, condition] of Object.entries(KINDS)) emails[kind] = await emailsOf(database, condition)
  emails.nobody = Array.from({ length: ROUNDS }, (_, n) => `nobody.at.all${n}@clinic-20000.example`)
  const env = { SECRET, DATABASE_URL: database.url, TRUST_PROXY: 'loopback' }
  const app = await startProcess(scope, 'src/server.ts', env)
  const browser = new Browser(app.origin)
  scope.teardown(() => browser.close())
  const times = await timesOf(browser, emails)
  for (const [kind, taken] of Object.entries(times)) console.log(wordsFor(kind, taken, times.nobody ?? []))
})

async function timesOf(
  browser: Browser,
  emails: Record<string, string[]>,
): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(emails).map((kind) => [kind, []]))
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const kind of Object.keys(emails).sort(() => Math.random() - 0.5)) {
      const { milliseconds } = await ask(browser, emails[kind]?.at(round) ?? '', round)
      if (round >= 0) times[kind]?.push(milliseconds)
    }
  }
  return times
}

async function emailsOf({ client }: BenchDatabase, condition: string): Promise<string[]> {
  const { rows } = await client.query(
    `select email from users where ${condition} and not is_owner order by id limit ${ROUNDS}`,
  )
  return rows.map(({ email }) => email)
}

/** From another place each time, or the app would soon ask us to wait. */
async function ask(browser: Browser, email: string, round: number): Promise<Answer> {
  asked += 1
  browser.cookies.clear()
  const from = { 'x-forwarded-for': `10.${asked >> 16}.${(asked >> 8) & 255}.${asked & 255}` }
  const fields: Record<string, string> =
    FORM === '/sign-in' ? { email, password: `not the right one ${round}` } : { email }
  const answer = await browser.post(FORM, fields, from)
  if (answer.status !== (FORM === '/sign-in' ? 422 : 200)) throw new Error(`${answer.status}: ${answer.html}`)
  return answer
}

function wordsFor(kind: string, taken: number[], ofNobody: number[]): string {
  const sorted = taken.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1).padStart(7)
  return `${kind.padEnd(20)} p5 ${at(0.05)} median ${at(0.5)} p95 ${at(0.95)} ms  z ${rankTest(taken, ofNobody).toFixed(2)}`
}

/** Mann and Whitney's, as a normal deviate. */
function rankTest(a: number[], b: number[]): number {
  const earlier = a.reduce((sum, x) => sum + b.filter((y) => y < x).length, 0)
  const spread = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12)
  return (earlier - (a.length * b.length) / 2) / spread
}
