import { sql } from 'kysely'
import { openDatabase } from '../../src/database/database.ts'
import { prepared } from '../../src/database/prepared.ts'
import { testDatabase } from '../support/database.ts'
import t from '../support/tap.ts'

const url = (await testDatabase(t)).ownerUrl()

/** As they stand in `pg_prepared_statements` of one connection. */
function plansOf(db: ReturnType<typeof oneConnection>) {
  return sql<{ text: string; plans: number }>`
    select statement as text, (generic_plans + custom_plans)::int as plans from pg_prepared_statements
    where statement like '%as "answer"%'`
    .execute(db)
    .then(({ rows }) => rows)
}

function oneConnection(t: { teardown(end: () => Promise<void>): void }, isPrepared?: boolean) {
  const db = openDatabase(url, { maxConnections: 1, ...(isPrepared !== undefined && { isPrepared }) })
  t.teardown(() => db.destroy())
  return db
}

const twice = prepared((db, { number }: { number: number }) =>
  db.selectNoFrom(sql<number>`${number}::int * 2`.as('answer')),
)

t.test('a hot query is planned by its connection once, and each request fills in its values', async (t) => {
  const db = oneConnection(t)
  for (const number of [1, 2, 3]) t.same(await twice(db, { number }), [{ answer: number * 2 }])
  t.match(await plansOf(db), [{ plans: 3 }])
})

t.test('where a pooler keeps none, nothing is prepared', async (t) => {
  const db = oneConnection(t, false)
  t.same(await twice(db, { number: 4 }), [{ answer: 8 }])
  t.same(await plansOf(db), [])
})

t.test('what vanished from a connection is prepared again, without an error to anybody', async (t) => {
  const db = oneConnection(t)
  await twice(db, { number: 1 })
  for (const time of [1, 2, 3, 4, 5]) {
    await sql`deallocate all`.execute(db)
    t.same(await twice(db, { number: time }), [{ answer: time * 2 }])
    t.same(await twice(db, { number: time }), [{ answer: time * 2 }])
    t.equal(
      (await plansOf(db)).length,
      time < 3 ? 1 : 0,
      'a connection that keeps losing them goes on without',
    )
  }
})

t.test('what another session of the pooler has prepared under the same name is no error', async (t) => {
  const db = oneConnection(t)
  await twice(db, { number: 1 })
  const [{ text } = { text: '' }] = await plansOf(db)
  const { rows } = await sql<{ name: string }>`select name from pg_prepared_statements`.execute(db)
  const other = oneConnection(t)
  await sql.raw(`prepare "${rows[0]?.name}" as ${text}`).execute(other)
  t.same(await twice(other, { number: 5 }), [{ answer: 10 }])
})

t.test('a migration by another process does not break what this one has prepared', async (t) => {
  const db = oneConnection(t)
  await sql`create table answers as select 1 as first`.execute(db)
  const all = prepared((db) => db.selectFrom(sql`answers`.as('answers')).selectAll())
  t.same(await all(db, {}), [{ first: 1 }])
  await sql`alter table answers add column second int default 2`.execute(db)
  t.same(await all(db, {}), [{ first: 1, second: 2 }])
})

t.test('in a transaction nothing is prepared: a lost plan would be its end', async (t) => {
  const db = oneConnection(t)
  await db.transaction().execute(async (trx) => {
    t.same(await twice(trx, { number: 3 }), [{ answer: 6 }])
    t.same(await plansOf(trx), [])
  })
})

t.test('a connection holds a bounded number of plans', async (t) => {
  const db = oneConnection(t)
  const plus = prepared((db, { number }: { number: number }, more: number) =>
    db.selectNoFrom(sql<number>`${number}::int + ${sql.lit(more)}`.as('answer')),
  )
  for (let more = 0; more < 150; more++) t.same(await plus(db, { number: 1 }, more), [{ answer: 1 + more }])
  t.ok((await plansOf(db)).length <= 100)
})
