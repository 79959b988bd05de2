import t from '../support/tap.ts'
import { filesToRun, LONG } from './files.ts'
import { quickTests, testFiles } from './quick.ts'

t.test('the quick tests are those that start no browser and no other program', async (t) => {
  const quick = quickTests()
  for (const file of [
    'test/settings/users/add-user.test.ts',
    'test/sign-in/sign-in.test.ts',
    'test/web/headers.test.ts',
  ])
    t.ok(quick.includes(file), file)
  for (const file of [
    'test/browser/weight.test.ts',
    'test/crash/crash.test.ts',
    'test/machines/two-machines.test.ts',
    'test/web/server.test.ts',
    'test/database/embedded.test.ts',
    'test/bench/bench.test.ts',
  ])
    t.notOk(quick.includes(file), file)
})

t.test('the whole run reads every test file once, but for the long ones', async (t) => {
  const run = filesToRun()
  const shared = run.filter((file) => /quick-\w+\.ts$/.test(file))
  t.equal(shared.length, 2)
  const alone = run.filter((file) => !shared.includes(file))
  const read = [...alone, ...quickTests(), ...LONG].sort()
  t.same(read, testFiles())
})
