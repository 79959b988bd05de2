import { writeFileSync } from 'node:fs'
import { loadConfig } from '../src/config.ts'
import { createPasswords } from '../src/sessions/passwords.ts'
import { type Scope, scoped } from '../test/support/scope.ts'
import { acts } from './acts.ts'
import { type BenchDatabase, openBenchDatabase } from './database.ts'
import { cpuOfList, measure, type Rounds } from './measure.ts'
import { startProcess } from './processes.ts'
import { PAGES } from './questions.ts'
import { report, startTable, table } from './report.ts'
import { type BenchClinic, seedClinics } from './seed.ts'
import { embeddedInstallation, measureStarts, type StartRounds } from './start.ts'
import { closeBrowsers, PASSWORD, type Visit, visitClinic } from './visit.ts'

/**
 * Seeds clinics of several sizes and measures what people do in them; `--quick` only shows that it all still works, and
 * `--start` measures how it starts, and no more.
 */
const QUICK = process.argv.includes('--quick')
const ONLY_START = process.argv.includes('--start')
const SIZES = QUICK ? [200, 400] : ONLY_START ? [1_000] : [1_000, 100_000, 1_000_000]
const STARTS: StartRounds = QUICK ? { starts: 1, lists: 20 } : { starts: 7, lists: 5_000 }
const ROUNDS: Rounds = QUICK ? { warmUp: 1, pages: 2, acts: 1 } : { warmUp: 10, pages: 100, acts: 15 }
const SECRET = 'a secret of the bench, long enough to start'

await scoped(async (scope) => bench(scope, await openBenchDatabase(scope)))

async function bench(scope: Scope, { url, client, description }: BenchDatabase): Promise<void> {
  const { keys } = loadConfig({ SECRET })
  const seedBegan = performance.now()
  const passwordHash = await createPasswords(keys.passwords).hash(PASSWORD)
  const clinics = await seedClinics(client, SIZES, passwordHash)
  const seedSeconds = Math.round((performance.now() - seedBegan) / 1000)
  console.log(`Seeded clinics of ${SIZES.join(', ')} people in ${seedSeconds} s; ${description}`)

  const starts = await measureStarts(
    [
      await embeddedInstallation(scope, passwordHash, { SECRET }),
      { name: 'DATABASE_URL', env: { SECRET, DATABASE_URL: url }, clinic: clinics[0] as BenchClinic },
    ],
    STARTS,
  )
  console.log(startTable(starts))
  if (ONLY_START) return

  const app = await startProcess(scope, 'src/server.ts', { SECRET, DATABASE_URL: url })
  const baseline = await startProcess(scope, 'bench/baseline.ts', { DATABASE_URL: url })
  const origins = { app: app.origin, baseline: baseline.origin }
  const visits: Visit[] = []
  scope.teardown(() => {
    for (const visit of visits) closeBrowsers(visit)
  })
  for (const clinic of clinics) visits.push(await visitClinic(client, clinic, origins))

  const results = await measure([...PAGES, ...acts(app.origin, keys.links)], visits, ROUNDS)
  console.log(table(results))
  const cpuMs = await cpuOfList(app, visits[0] as Visit, ROUNDS.pages * 10)
  console.log(`The list takes ${cpuMs?.toFixed(2)} ms of the app's processor time`)
  if (QUICK) return
  const circumstances = {
    command: 'npm run bench',
    database: description,
    seedSeconds,
    rounds: ROUNDS,
    cpuMs,
    starts,
  }
  writeFileSync(new URL('RESULTS.md', import.meta.url), report(results, circumstances))
  console.log('Written to bench/RESULTS.md')
}
