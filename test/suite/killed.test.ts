import type { StdioOptions } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { clusterFolder } from '../../src/database/embedded-cluster.ts'
import { isServerRunning, runServer } from '../../src/database/embedded-server.ts'
import { privateFolder } from '../support/private-folder.ts'
import { gather } from '../support/server-process.ts'
import { startProgram, typeScript } from '../support/start-program.ts'
import t from '../support/tap.ts'
import { inTime, until } from '../support/until.ts'
import { descendantsOf, stillRunning } from './processes.ts'

const STARTS = { within: 180_000 }
const PROC = existsSync('/proc/self/stat') ? {} : { skip: 'reads /proc' }
const SLEEPS = ['-e', 'setInterval(() => {}, 60_000); console.log("It runs")']

t.test('whatever a killed test had started ends, and its folder goes', PROC, async (t) => {
  const { child, ended } = await startProgram(t, ...typeScript('test/suite/starts-everything.ts'), {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = gather(child.stdout)
  const [, folder = ''] = await until(
    'everything runs',
    () => {
      if (child.exitCode !== null) throw new Error('It has ended')
      return /Everything runs in (.*)\./.exec(said())
    },
    STARTS,
  )
  const started = descendantsOf(child.pid)
  t.ok(started.length > 8, 'Frontdesk, PostgreSQL, PgBouncer, Chromium, each with its own')
  t.ok(isServerRunning(folder))
  child.kill('SIGKILL')
  await ended
  await until('all of them end', () => stillRunning(started).length === 0)
  await until('the folder goes', () => !existsSync(folder))
})

t.test('the PostgreSQL of all tests ends when its last runner is killed', async (t) => {
  const dataDir = privateFolder(t)
  await runServer(dataDir)
  const runner = await startProgram(t, process.execPath, SLEEPS, { stdio: 'ignore' })
  const other = await startProgram(t, process.execPath, SLEEPS, { stdio: 'ignore' })
  const watches = [runner, other].map(({ child }) => ['test/support/runs.js', dataDir, `${child.pid}`])
  const [watch, last] = await Promise.all(
    watches.map((words) => startProgram(t, process.execPath, words, { stdio: 'inherit' })),
  )
  await until('both are written down', () => existsSync(join(dataDir, 'runs', `${other.child.pid}`)))
  runner.child.kill('SIGKILL')
  t.equal(await inTime('the first watch ends', watch?.ended ?? Promise.resolve(null)), 0)
  t.ok(isServerRunning(dataDir), 'the other runner needs it')
  other.child.kill('SIGKILL')
  t.equal(await inTime('the last watch ends', last?.ended ?? Promise.resolve(null)), 0)
  t.notOk(isServerRunning(dataDir))
  t.notOk(existsSync(join(clusterFolder(dataDir), 'postmaster.pid')))
})

t.test('a test ends when its runner is killed', PROC, async (t) => {
  const words = ['--import=./test/support/ends-with-runner.js', ...SLEEPS]
  const spawns = `spawn(process.execPath, ${JSON.stringify(words)}, { stdio: 'inherit' })`
  const script = `require('node:child_process').${spawns}`
  const stdio: StdioOptions = ['ignore', 'pipe', 'inherit']
  const { child } = await startProgram(t, process.execPath, ['-e', script], { stdio })
  const said = gather(child.stdout)
  await until('the test runs', () => said().includes('It runs'))
  const tests = descendantsOf(child.pid)
  t.equal(tests.length, 1)
  child.kill('SIGKILL')
  await until('the test ends', () => stillRunning(tests).length === 0)
})

const WITHOUT: [file: string, missing: Record<string, string>][] = [
  ['test/browser/weight.test.ts', { CHROMIUM: '/nonexistent/chromium' }],
  ['test/machines/two-machines.test.ts', { PGBOUNCER: '/nonexistent/pgbouncer' }],
]

for (const [file, missing] of WITHOUT) {
  t.test(`without what ${Object.keys(missing)} names, ${file} fails and ends`, async (t) => {
    const env = { ...process.env, ...missing, TAP: '1', TAP_GREP: '/PgBouncer|list/' }
    const { ended } = await startProgram(t, ...typeScript(file), { env, stdio: 'ignore' })
    t.equal(await inTime('it ends', ended, { within: 120_000 }), 1)
  })
}
