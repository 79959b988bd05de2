import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../src/database/database.ts'
import { clusterFolder } from '../../src/database/embedded-cluster.ts'
import { runServer, stopServer } from '../../src/database/embedded-server.ts'
import { migrateToLatest } from '../../src/database/migrate.ts'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { Browser, PUBLIC_URL } from '../crash/browser.ts'
import { privateFolder } from '../support/private-folder.ts'
import { startServer, untilReady } from '../support/server-process.ts'
import t from '../support/tap.ts'
import { overAndOver, until } from '../support/until.ts'
import type { Visit } from '../support/visitor.ts'
import { clinicWithConfig } from './clinic-with-config.ts'

const ENOUGH = 10
/** What was committed has to be there after the kill, so commits are not put off; the machine itself goes on. */
const FAST = { fsync: 'off', full_page_writes: 'off' }

t.test('while PostgreSQL is away people are told so, and it goes on by itself when it is back', async (t) => {
  const dataDir = privateFolder(t)
  t.teardown(() => stopServer(dataDir))
  const environment = {
    PUBLIC_URL,
    DATA_DIR: dataDir,
    SECRET: 'a secret of the tests, long enough',
    DATABASE_URL: await runServer(dataDir, FAST),
  }
  await migrateToLatest(environment.DATABASE_URL)
  const db = openDatabase(environment.DATABASE_URL)
  const { owner, invited } = await clinicWithConfig(db, environment)
  await db.destroy()
  const server = await startServer(t, environment)
  await untilReady(server)
  const processes = { apps: [{ url: server.url }] }
  const browser = new Browser(processes, 1)
  t.equal((await browser.post('/sign-in', { email: owner.email, password: DEMO_PASSWORD })).status, 303)

  const answers: Visit[] = []
  const paths = ['/settings/users', `/settings/users/${invited.id}`, '/my-details']
  const visitors = [0, 1, 2, 3].map((index) =>
    overAndOver(t, async (nth) => {
      const path = paths[(index + nth) % 3] as string
      answers.push(
        index === 3 ? await browser.post('/settings/users', {}) : await browser.tab('load').get(path),
      )
    }),
  )
  /** The next answers of that status; the others in between are for the caller to look at. */
  const untilSeen = (what: string, isMeant: (visit: Visit) => boolean, from = answers.length) =>
    until(what, () => answers.slice(from).filter(isMeant).length >= ENOUGH, { within: 60_000 })
  const works = ({ status }: Visit) => status === 200 || status === 422
  await untilSeen('pages come', works)
  t.same(
    answers.filter((visit) => !works(visit)).map(({ url, status, location }) => ({ url, status, location })),
    [],
  )

  // As an out-of-memory killer: its own port stays its own, and connections are refused.
  process.kill(
    Number.parseInt(readFileSync(join(clusterFolder(dataDir), 'postmaster.pid'), 'utf8'), 10),
    'SIGKILL',
  )
  await untilSeen('people are told', (visit) => visit.status === 503)
  t.equal((await fetch(`${server.url}/health/live`)).status, 200)
  t.equal((await fetch(`${server.url}/health/ready`)).status, 503)

  t.equal(await runServer(dataDir, FAST), environment.DATABASE_URL)
  const back = performance.now()
  await untilSeen('pages come again', works)
  t.comment(`pages again ${Math.round(performance.now() - back)} ms after PostgreSQL`)
  t.equal((await fetch(`${server.url}/health/ready`)).status, 200)
  await Promise.all(visitors.map((stop) => stop()))

  for (const visit of answers.filter((visit) => !works(visit)))
    t.match(visit, {
      status: 503,
      text: /try again/i,
      headers: { 'retry-after': '5', 'cache-control': /no-store/ },
    })
  t.equal(server.child.exitCode, null, 'the same process')
})
