import { runProgram, typeScript } from '../support/start-program.ts'
import t from '../support/tap.ts'

t.test('where it can install nothing, the failover test says in one line what it needs', async (t) => {
  const { status, stdout, stderr } = await runProgram(...typeScript('test/failover/run.ts'), {
    env: { PATH: '' },
  })
  t.equal(status, 1)
  t.equal(stdout, '')
  t.match(stderr, /^The failover test runs as root on Debian or Ubuntu, with pgbouncer patroni .*\.\n$/)
})
