import { sql } from 'kysely'
import { acrossClinics } from '../../src/database/clinic-guard.ts'
import { testApp } from '../support/app.ts'
import { testDatabase } from '../support/database.ts'
import { asApp } from '../support/isolation.ts'
import t from '../support/tap.ts'

t.test('a query that does not say whose rows it means is refused, however it is written', async (t) => {
  const db = asApp((await testDatabase(t)).db)
  const user = db.selectFrom('users').select('id').where('id', '=', '1')
  const own = user.where('users.clinicId', '=', '1')
  const refused: Record<string, () => Promise<unknown>> = {
    select: async () => user.execute(),
    update: async () => db.updateTable('users').set({ title: null }).where('id', '=', '1').execute(),
    delete: async () => db.deleteFrom('phoneNumbers').where('userId', '=', '1').execute(),
    insert: async () =>
      db
        .insertInto('sessions')
        .columns(['data'])
        .expression(db.selectNoFrom(sql`'{}'`.as('data')))
        .execute(),
    subquery: async () => own.where('id', 'in', db.selectFrom('invitations').select('userId')).execute(),
    'inner join': async () =>
      own.innerJoin('emails', 'emails.userId', 'users.id').clearSelect().select('emails.id').execute(),
    'left join': async () =>
      own.leftJoin('users as other', 'other.id', 'users.id').clearSelect().select('other.id').execute(),
    'one side of an or': async () =>
      user.where((eb) => eb.or([eb('clinicId', '=', '1'), eb('isOwner', '=', true)])).execute(),
    'a join of two that neither names': async () =>
      db
        .selectFrom('users')
        .innerJoin('emails', 'emails.clinicId', 'users.clinicId')
        .select('emails.id')
        .execute(),
    'a clinic of its own': async () => db.selectFrom('clinics').selectAll().execute(),
    raw: async () => sql`select id from users where id = 1`.execute(db),
    'a subquery in raw': async () => sql`select exists (select from events)`.execute(db),
  }
  for (const [kind, query] of Object.entries(refused))
    await t.rejects(query, /^This query does not say whose/, kind)
})

t.test('a query that names its clinic passes, also by a join or by the query around it', async (t) => {
  const { db: bare } = await testDatabase(t)
  const db = asApp(bare)
  const own = db.selectFrom('users').select('users.id').where('users.clinicId', '=', '1')
  await own.execute()
  await own
    .innerJoin('emails', (join) => join.onRef('emails.clinicId', '=', 'users.clinicId'))
    .leftJoin('clinics', 'clinics.id', 'users.clinicId')
    .where((eb) =>
      eb.exists(
        eb.selectFrom('invitations').select('id').whereRef('invitations.clinicId', '=', 'users.clinicId'),
      ),
    )
    .execute()
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('phoneNumbers').where('clinicId', '=', '1').execute()
    await sql`select from users where clinic_id = 1 and id = 2 for update`.execute(trx)
    await t.rejects(trx.selectFrom('events').selectAll().execute(), /does not say whose events/)
  })
  t.same(await acrossClinics(db, 'a test').selectFrom('emails').select('userId').execute(), [])
})

t.test('the app that tests visit is guarded, and its transactions too', async (t) => {
  const { app } = await testApp(t)
  const users = (db: typeof app.db) => db.selectFrom('users').select('id').execute()
  await t.rejects(users(app.db), /^This query does not say whose/)
  await t.rejects(app.db.transaction().execute(users), /^This query does not say whose/)
})
