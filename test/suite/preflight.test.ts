import { spawnSync } from 'node:child_process'
import t from '../support/tap.ts'

function preflight(env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/support/preflight.js'], {
    encoding: 'utf8',
    env,
    timeout: 30_000,
  })
  return { status, lines: `${stdout}${stderr}`.trim().split('\n') }
}

t.test('whoever names programs that are not there is told in one line what is missing', async (t) => {
  const { status, lines } = preflight({
    CHROMIUM: '/nonexistent/chromium',
    PGBOUNCER: '/nonexistent/bouncer',
  })
  t.equal(status, 1)
  t.equal(lines.length, 1, lines.join('\n'))
  t.match(lines[0], 'Chromium (CHROMIUM=/nonexistent/chromium is no program)')
  t.match(lines[0], 'PgBouncer (PGBOUNCER=/nonexistent/bouncer is no program)')
  t.match(lines[0], /apt-get install .*pgbouncer.*CHROMIUM and PGBOUNCER can name.*npm run test:quick/)
})

t.test('whoever names a program that is there is asked for nothing else in its place', async (t) => {
  const { lines } = preflight({ CHROMIUM: process.execPath, PGBOUNCER: '/nonexistent/bouncer' })
  t.notMatch(lines.join('\n'), 'CHROMIUM=')
})
