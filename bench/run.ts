import { writeFileSync } from 'node:fs'
import { loadConfig } from '../src/config.ts'
import { openDatabase } from '../src/database/database.ts'
import { createPasswords } from '../src/sessions/passwords.ts'
import { type Scope, scoped } from '../test/support/scope.ts'
import { changes } from './changes.ts'
import { amongOthers } from './clinics.ts'
import { type Comparison, compare, type LoadRounds } from './compare.ts'
import { type BenchDatabase, openBenchDatabase } from './database.ts'
import { measure, type Rounds } from './measure.ts'
import { type BenchProcess, startProcess } from './processes.ts'
import { PAGES } from './questions.ts'
import { comparisonTable, growthTable, report, startTable } from './report.ts'
import { type BenchClinic, seedClinics } from './seed.ts'
import { embeddedInstallation, measureStarts, type StartResult, type StartRounds } from './start.ts'
import { PASSWORD, type Visit, visitClinic } from './visit.ts'

/**
 * Seeds clinics of several sizes and measures what people do in them. `--quick` only shows that it all still works; `--start`
 * and `--load` measure a part of it, `--clinics` one clinic among thousands.
 */
const QUICK = process.argv.includes('--quick')
const PART = process.argv.find((word) => ['--start', '--load', '--clinics'].includes(word))
const COMPARED_SIZE = QUICK ? 400 : 10_000
const SIZES = QUICK ? [200, COMPARED_SIZE] : [1_000, COMPARED_SIZE, 100_000, 1_000_000]
const STARTS: StartRounds = QUICK ? { starts: 1, lists: 20 } : { starts: 7, lists: 5_000 }
const ROUNDS: Rounds = QUICK ? { warmUp: 1, pages: 2, changes: 1 } : { warmUp: 20, pages: 100, changes: 15 }
const LOAD: LoadRounds = QUICK
  ? { warmUpSeconds: 0.1, rounds: 1, seconds: 0.1 }
  : { warmUpSeconds: 6, rounds: 5, seconds: 3 }
const SECRET = 'a secret of the bench, long enough to start'

await scoped(async (scope) => {
  const database = await openBenchDatabase(scope)
  const { keys } = loadConfig({ SECRET })
  const passwordHash = await createPasswords(keys.passwords).hash(PASSWORD)
  const clinics = await seedClinics(database.client, PART ? [COMPARED_SIZE] : SIZES, passwordHash)
  console.log(
    `Seeded clinics of ${clinics.map(({ size }) => size).join(', ')} people; ${database.description}`,
  )

  const starts = PART && PART !== '--start' ? [] : await startsOf(scope, database, clinics, passwordHash)
  console.log(startTable(starts))
  if (PART === '--start') return

  const app = await startProcess(scope, 'src/server.ts', { SECRET, DATABASE_URL: database.url })
  const visits: Visit[] = []
  for (const clinic of clinics) visits.push(await visitClinic(scope, database.client, clinic, app.origin))
  if (PART === '--clinics') {
    const db = openDatabase(database.url)
    scope.teardown(() => db.destroy())
    console.log(await amongOthers(database.client, db, visits[0] as Visit, ROUNDS))
    return
  }
  const comparisons = await comparisonsOf(scope, database, app, visits)
  console.log(comparisonTable(comparisons))
  if (PART === '--load') return

  const results = await measure([...PAGES, ...changes(app.origin, keys.links)], visits, ROUNDS)
  console.log(growthTable(results))
  if (QUICK) return
  const circumstances = { database: database.description, rounds: ROUNDS, load: LOAD }
  writeFileSync(
    new URL('RESULTS.md', import.meta.url),
    report({ comparisons, results, starts }, circumstances),
  )
  console.log('Written to bench/RESULTS.md')
})

async function startsOf(
  scope: Scope,
  { url }: BenchDatabase,
  [clinic]: BenchClinic[],
  passwordHash: string,
): Promise<StartResult[]> {
  const embedded = await embeddedInstallation(scope, passwordHash, { SECRET })
  const given = {
    name: 'DATABASE_URL',
    env: { SECRET, DATABASE_URL: url },
    clinic: clinic as BenchClinic,
  }
  return measureStarts([embedded, given], STARTS)
}

async function comparisonsOf(
  scope: Scope,
  { url, client }: BenchDatabase,
  app: BenchProcess,
  visits: Visit[],
): Promise<Comparison[]> {
  const baseline = await startProcess(scope, 'bench/baseline.ts', { DATABASE_URL: url })
  const visit = visits.find(({ clinic }) => clinic.size === COMPARED_SIZE)
  return compare(client, { app, baseline }, visit as Visit, LOAD)
}
