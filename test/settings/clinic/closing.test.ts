import { sql } from 'kysely'
import { forgetClosedClinics, remindOfClosing } from '../../../src/clinics/closing.ts'
import type { Database } from '../../../src/database/database.ts'
import { sweep } from '../../../src/sweep.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import { bringClosingNear } from '../../support/closing.ts'
import { draftOf, goodRows } from '../../support/imports.ts'
import { deliverDueEmails } from '../../support/outbox.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import { HARBOUR, HILLTOP, secondClinic } from '../../support/second-clinic.ts'
import { setUpApp, withApp } from '../../support/second-step.ts'
import t from '../../support/tap.ts'
import { Visitor } from '../../support/visitor.ts'

const CLOSE = '/settings/clinic/close'
const NAME = { typedName: 'harbour street  clinic' }

function emailsOf(db: Database) {
  return db
    .selectFrom('emails')
    .select(['recipient', 'failureKind'])
    .where('kind', '=', 'clinic closing')
    .execute()
}

t.test(
  'an owner deletes the clinic: the name typed, the password verified, 30 days to go, owners told',
  async (t) => {
    const clinic = await testClinic(t)
    const { db, team } = clinic
    await db.updateTable('users').set({ isOwner: true }).where('id', '=', team.administrator.id).execute()
    const olivia = await signedIn(clinic, team.owner)
    t.match((await olivia.get('/settings/clinic')).html, `href="${CLOSE}"`)
    t.match(await olivia.get(CLOSE), { status: 200, text: 'Type the clinic’s name' })
    const wrong = await olivia.post(CLOSE, { typedName: 'Harbor Street' })
    t.match(wrong, { status: 422, text: 'Type the clinic’s name: Harbour Street Clinic' })
    t.match(wrong.html, 'value="Harbor Street"')
    t.match(await olivia.post(CLOSE, NAME), { status: 200, text: 'Everything will be deleted in 30 days.' })
    t.match(await pressAndVerify(olivia, CLOSE, NAME), { status: 303, location: CLOSE })
    t.match((await olivia.get('/settings/users')).text, 'This clinic and everything in it will be deleted on')
    t.same(
      (await emailsOf(db)).map(({ recipient }) => recipient).sort(),
      [team.administrator.email, team.owner.email].sort(),
    )
    t.equal((await pressAndVerify(olivia, CLOSE, NAME)).status, 303, 'and again')
    t.equal((await emailsOf(db)).length, 2, 'which changes nothing')
    const rosa = await signedIn(clinic, team.receptionist)
    t.match((await rosa.get('/my-details')).text, 'will be deleted on', 'everyone sees it, and still gets in')

    const adam = await signedIn(clinic, team.administrator)
    t.match(await adam.post(`${CLOSE}/undo`), { status: 303 })
    t.match((await adam.get(CLOSE)).text, 'The clinic won’t be deleted.')
    t.notMatch((await adam.get('/settings/users')).text, 'will be deleted on')
    const events = db.selectFrom('events').select('action').where('action', 'like', 'clinic.%')
    t.same(
      (await events.orderBy('id').execute()).map(({ action }) => action),
      ['clinic.closed', 'clinic.kept'],
    )
  },
)

t.test('nobody but an owner, with the second step they have, deletes or exports the clinic', async (t) => {
  const clinic = await testClinic(t)
  const { team, db } = clinic
  const adam = await signedIn(clinic, team.administrator)
  for (const path of [CLOSE, '/settings/clinic/export']) {
    t.equal((await adam.get(path)).status, 403)
    t.equal((await pressAndVerify(adam, path, NAME)).status, 403)
  }
  t.equal((await adam.post(`${CLOSE}/undo`)).status, 403)
  t.notMatch((await adam.get('/settings/clinic')).html, CLOSE)
  t.equal((await new Visitor(clinic.app).post(CLOSE, NAME)).status, 401)
  const { visitor } = await withApp(clinic, team.owner)
  await db
    .updateTable('sessions')
    .set({ secondStepAt: sql<Date>`now() - interval '2 hours'` })
    .where('secondStep', 'is not', null)
    .execute()
  t.match(await pressAndVerify(visitor, CLOSE, NAME), { status: 422 }, 'the password alone is not enough')
  t.match(await db.selectFrom('clinics').select('closesAt').executeTakeFirst(), { closesAt: null })
})

t.test('owners are told again a week and a day before, once each, and not after it is kept', async (t) => {
  const clinic = await testClinic(t)
  const { db, team, config } = clinic
  const olivia = await signedIn(clinic, team.owner)
  await pressAndVerify(olivia, CLOSE, NAME)
  const reminders = async () => {
    const at = await Promise.all([remindOfClosing(db), remindOfClosing(db), remindOfClosing(db)])
    return at.filter(Boolean).length
  }
  t.equal(await reminders(), 0)
  await bringClosingNear(clinic, team.owner.clinicId, '6 days 23 hours')
  t.equal(await reminders(), 1)
  t.equal(await reminders(), 0)
  await bringClosingNear(clinic, team.owner.clinicId, '23 hours')
  t.equal(await reminders(), 1)
  t.equal(await reminders(), 0)
  t.equal((await emailsOf(db)).length, 3)
  await olivia.post(`${CLOSE}/undo`)
  const log = { info() {}, warn() {}, error() {} }
  await deliverDueEmails({ db, config, log })
  t.same(
    (await emailsOf(db)).map(({ failureKind }) => failureKind),
    ['unwanted', 'unwanted', 'unwanted'],
  )
})

/** Of every table that says whose its rows are, how many are this clinic's; and a fingerprint of all that is not. */
async function rowsOf({ db }: TestClinic, clinicId: string) {
  const { rows } = await sql<{ name: string; column: string }>`
    select relname as name, attname as column from pg_attribute join pg_class on pg_class.oid = attrelid
    where (attname = 'clinic_id' or relname = 'clinics' and attname = 'id') and not attisdropped
      and relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by relname`.execute(db)
  const counts: Record<string, number> = {}
  const others: string[] = []
  for (const { name, column } of rows) {
    const { rows: found } = await sql<{ own: number; others: string | null }>`
      select count(*) filter (where ${sql.ref(column)} = ${clinicId})::int as own,
        md5(string_agg(t::text, ',' order by t::text) filter (where ${sql.ref(column)} <> ${clinicId})) as others
      from ${sql.table(name)} as t`.execute(db)
    counts[name] = found[0]?.own ?? 0
    others.push(`${name} ${found[0]?.others}`)
  }
  return { counts, others }
}

t.test('after 30 days every row of the clinic is gone, and none of another one', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const others = await secondClinic(clinic)
  const { clinicId } = team.owner
  const olivia = await signedIn(clinic, team.owner, HARBOUR)
  await draftOf(olivia, goodRows([1, 2]))
  await new Visitor(clinic.app, HARBOUR).post('/forgot-password', { email: team.receptionist.email })
  await pressAndVerify(olivia, `/settings/users/${team.scheduler.id}/address`, {
    personEmail: 'new@harbour.example',
  })
  await setUpApp(await signedIn(clinic, team.bookkeeper, HARBOUR))
  await pressAndVerify(olivia, CLOSE, NAME)
  await signedIn(clinic, others.owner, HILLTOP)
  const before = await rowsOf(clinic, clinicId)
  t.ok(Object.values(before.counts).filter((count) => count > 0).length > 12, JSON.stringify(before.counts))

  await sweep(db)
  t.same(await rowsOf(clinic, clinicId), before, 'not a day too early')
  await t.rejects(sql`select forget_clinic(${clinicId}, 1000)`.execute(db), /not to be closed yet/)
  await t.rejects(
    sql`update clinics set closes_at = now() where id = ${clinicId}`.execute(db),
    /30 days after it was asked for/,
    'nor by whoever has the app’s own role',
  )
  await t.rejects(sql`delete from events where clinic_id = ${clinicId}`.execute(db))

  await bringClosingNear(clinic, clinicId, '-1 second')
  t.match(await olivia.get('/settings/users'), { status: 404 }, 'nobody gets in while it is being deleted')
  await Promise.all([sweep(db), sweep(db)])
  const after = await rowsOf(clinic, clinicId)
  t.same(
    Object.entries(after.counts).filter(([, count]) => count > 0),
    [],
  )
  t.same(after.others, before.others)
  t.match(await db.selectFrom('closedClinics').selectAll().execute(), [
    { id: clinicId, users: before.counts.users },
  ])
  t.match(
    await db.selectFrom('labels').selectAll().where('label', '=', 'harbour-street-clinic').execute(),
    [{ givenTo: null }],
    'nobody has its address for a year',
  )
  t.equal(await forgetClosedClinics(db), 0)
  const events = sql`delete from events`.execute(db)
  await t.rejects(events, 'and still nobody deletes what happened')
})

t.test('a large clinic goes some rows at a time', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const { clinicId } = team.owner
  await sql`
    insert into events (clinic_id, action) select ${clinicId}, 'signed-in' from generate_series(1, 2500)`.execute(
    db,
  )
  await pressAndVerify(await signedIn(clinic, team.owner), CLOSE, NAME)
  await bringClosingNear(clinic, clinicId, '-1 second')
  const steps: number[] = []
  for (let gone = 1; gone > 0; steps.push(gone)) gone = await forgetClosedClinics(db)
  t.ok(steps.filter((gone) => gone === 1_000).length >= 2, `${steps}`)
  t.ok(Math.max(...steps) <= 1_000)
  t.same(await db.selectFrom('clinics').select('id').execute(), [])
})
