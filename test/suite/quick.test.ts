import t from '../support/tap.ts'
import { quickTests } from './quick.ts'

t.test('the quick tests are those that start no browser and no other program', async (t) => {
  const quick = quickTests()
  for (const file of [
    'test/users/add-user.test.ts',
    'test/sessions/sign-in.test.ts',
    'test/web/headers.test.ts',
  ])
    t.ok(quick.includes(file), file)
  for (const file of [
    'test/browser/weight.test.ts',
    'test/crash/crash.test.ts',
    'test/machines/several-machines.test.ts',
    'test/web/server.test.ts',
    'test/database/embedded.test.ts',
    'test/bench/bench.test.ts',
  ])
    t.notOk(quick.includes(file), file)
})
