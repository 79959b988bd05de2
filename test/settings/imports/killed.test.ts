import { buildApp } from '../../../src/app.ts'
import { demoClinic } from '../../../src/demo/team.ts'
import { createPasswords } from '../../../src/sessions/passwords.ts'
import { testConfig } from '../../support/app.ts'
import { testDatabase } from '../../support/database.ts'
import { countAdded, goodRows, started, upTo } from '../../support/imports.ts'
import { startServer } from '../../support/server-process.ts'
import t from '../../support/tap.ts'
import { until } from '../../support/until.ts'
import { Visitor } from '../../support/visitor.ts'

const PEOPLE = 150
const WAITS = { within: 120_000 }

t.test('a killed process leaves nothing half done, and two others go on where it was', async (t) => {
  const { db, url } = await testDatabase(t)
  const config = testConfig()
  const passwords = createPasswords(config.keys.passwords, { cost: 4 })
  // It adds nobody itself: that is the processes' work.
  const app = await buildApp({ config, db, passwords, logger: false })
  t.teardown(() => app.close())
  const { administrator } = await demoClinic(db, passwords)
  const adam = new Visitor(app)
  await adam.signIn(administrator)
  const path = await started(adam, goodRows(upTo(PEOPLE)))

  const env = { DATABASE_URL: url, SECRET: 'a secret of the tests, long enough', DATA_DIR: t.testdir() }
  const first = await startServer(t, env)
  await until('twenty people are added', async () => (await countAdded(db)).people >= 20, WAITS)
  first.child.kill('SIGKILL')
  await first.ended
  const left = await countAdded(db)
  t.ok(left.people < PEOPLE, `${left.people} were added when it was killed`)

  await Promise.all([startServer(t, env), startServer(t, env)])
  await until(
    'everybody is added',
    async () => /people added and invited/.test((await adam.get(path)).text),
    WAITS,
  )
  t.same(await countAdded(db), { people: PEOPLE, invitations: PEOPLE, emails: PEOPLE, events: PEOPLE })
  t.match((await adam.get(path)).text, `Done ${PEOPLE} people added and invited.`)
})
