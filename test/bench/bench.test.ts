import { serverUrl } from '../support/postgres.ts'
import { runProgram, typeScript } from '../support/start-program.ts'
import t from '../support/tap.ts'

t.test('the bench seeds its clinics and measures everything that people do there', async (t) => {
  const env = { PATH: process.env.PATH, DATABASE_URL: serverUrl() }
  const { stdout, stderr, status } = await runProgram(...typeScript('bench/run.ts', '--quick'), { env })
  t.equal(status, 0, stderr)
  const rows = stdout.split('\n').filter((line) => /^\| [a-z]/.test(line))
  t.equal(rows.length, 32)
  for (const row of rows) t.match(row, /^\| [^|]+(\|[\s*]+\d+(\.\d+)?[\s*]*){5}/, 'every cell has a figure')
  for (const row of rows) t.notMatch(row, 'NaN')
  for (const server of ['Embedded PostgreSQL', 'DATABASE_URL'])
    t.match(stdout, new RegExp(`^\\| ${server} +(\\| +[\\d.]+ ){4}\\|$`, 'm'))
})
