import { sql } from 'kysely'
import { isDatabaseAway, openDatabase } from '../../src/database/database.ts'
import { ownerOf, testDatabase } from '../support/database.ts'
import type { Statement, Verdict } from '../support/database-proxy.ts'
import { onServer, serverUrl } from '../support/postgres.ts'
import { signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'
import { proxiedClinic } from './proxied-clinic.ts'

t.test('a process outlives a connection that PostgreSQL ends between two statements', async (t) => {
  const { url } = await testDatabase(t)
  const db = openDatabase(url)
  t.teardown(() => db.destroy())
  const died: unknown[] = []
  const note = (error: unknown) => died.push(error)
  process.on('uncaughtException', note)
  t.teardown(() => process.off('uncaughtException', note))
  const cut = db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
    await onServer(serverUrl(), `select pg_terminate_backend(${rows[0]?.pid}, 1000)`)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await sql`select 1`.execute(trx)
  })
  await t.rejects(cut)
  await cut.catch((error) => t.ok(isDatabaseAway(error)))
  t.same(died, [])
  t.match(await sql`select 1 as one`.execute(db), { rows: [{ one: 1 }] }, 'and the pool goes on')
})

t.test('whoever waits for somebody else’s lock too long may try again', async (t) => {
  const db = ownerOf(t, await testDatabase(t))
  await sql`create table notes as select 1 as note`.execute(db)
  await db.transaction().execute(async (holder) => {
    await sql`lock table notes`.execute(holder)
    const waits = db.transaction().execute(async (trx) => {
      await sql`set local lock_timeout = '10ms'`.execute(trx)
      await sql`lock table notes`.execute(trx)
    })
    await t.rejects(waits, { code: '55P03' })
    await waits.catch((error) => t.ok(isDatabaseAway(error)))
  })
})

t.test('somebody whose answer PostgreSQL did not give is told to try again in a moment', async (t) => {
  let cutsAt: (statement: Statement) => boolean = () => false
  const cutOnce = async (statement: Statement): Promise<Verdict> => {
    if (!cutsAt(statement)) return 'pass on'
    cutsAt = () => false
    return 'cut'
  }
  const clinic = await proxiedClinic(t, { asked: cutOnce })
  const owner = await signedIn(clinic, clinic.team.owner)
  const moments: [string, RegExp, () => Promise<unknown>][] = [
    ['reading the session', /from "sessions"/, () => owner.get('/settings/users')],
    ['reading the list', /sort_name/, () => owner.get('/settings/users')],
    ['committing', /^commit$/, () => owner.post(`/settings/users/${clinic.team.invited.id}/invitation`)],
    [
      'counting a sign-in',
      /throttles/,
      () => new Visitor(clinic.app).signIn({ email: 'olivia@harbour-street-clinic.example' }),
    ],
  ]
  await clinic.db
    .updateTable('invitations')
    .set({ createdAt: sql`now() - interval '2 minutes'` as never })
    .execute()
  for (const [moment, statement, visit] of moments) {
    cutsAt = ({ sql }) => statement.test(sql)
    t.match(
      await visit(),
      {
        status: 503,
        text: /Try again in a few seconds.*check whether it went through first/,
        headers: { 'retry-after': /^\d+$/, 'cache-control': /no-store/ },
      },
      moment,
    )
    t.notOk(cutsAt({ sql: 'commit from "sessions" sort_name throttles', earlier: [], rows: 0 }), 'it was cut')
  }
  t.same(
    clinic.logged.filter(({ level }) => Number(level) >= 50),
    [],
    'nothing is logged as a fault of ours',
  )
})
