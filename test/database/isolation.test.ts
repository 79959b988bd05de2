import { sql } from 'kysely'
import type { Database } from '../../src/database/database.ts'
import { demoClinic, type Team } from '../../src/demo/team.ts'
import { createPasswords } from '../../src/sessions/passwords.ts'
import { testConfig } from '../support/app.ts'
import { queriesWithoutClinicIndex } from '../support/clinic-plans.ts'
import { testDatabase } from '../support/database.ts'
import { openIsolated } from '../support/isolation.ts'
import { addNeighbour } from '../support/neighbour.ts'
import { addPolicies } from '../support/policies.ts'
import t, { type Test } from '../support/tap.ts'

const REFUSED = /^A query that names the clinic “\d*” meets a row of clinic \d+: /

t.test('under row-level security, a query that forgets its clinic meets an error and no row', async (t) => {
  const { app } = await isolatedDatabase(t)
  const forgetful: Record<string, () => Promise<unknown>> = {
    select: () => app.selectFrom('users').select('id').execute(),
    'a subquery': () => sql`select exists (select from emails)`.execute(app),
    'a search': () => app.selectFrom('users').select('id').where('email', 'like', '%@%').execute(),
    update: () => app.updateTable('users').set({ title: 'Dr' }).execute(),
    delete: () => app.deleteFrom('invitations').execute(),
    clinics: () => app.selectFrom('clinics').select('name').execute(),
  }
  for (const [kind, query] of Object.entries(forgetful)) await t.rejects(query(), { message: REFUSED }, kind)
})

t.test('under row-level security, a query that names a clinic meets no other one’s rows', async (t) => {
  const { db, app, ours, theirs } = await isolatedDatabase(t)
  const { clinicId, id } = ours.owner
  const own = app.selectFrom('users').select('users.id').where('users.clinicId', '=', clinicId)
  t.equal((await own.execute()).length, Object.keys(ours).length)
  t.equal((await app.selectFrom('clinics').select('id').where('id', '=', clinicId).execute()).length, 1)
  t.same(await own.where('users.id', '=', theirs.owner.id).execute(), [])
  const either = app
    .selectFrom('users')
    .select('id')
    .where((eb) => eb.or([eb('clinicId', '=', clinicId), eb('isOwner', '=', true)]))
  await t.rejects(either.execute(), { message: REFUSED })
  const joined = own.innerJoin('emails', 'emails.kind', 'users.role' as never)
  await t.rejects(joined.execute(), { message: REFUSED })
  const moved = app
    .updateTable('users')
    .set({ clinicId: theirs.owner.clinicId })
    .where('clinicId', '=', clinicId)
  await t.rejects(moved.where('id', '=', id).execute())
  const phone = { userId: theirs.owner.id, type: 'mobile', number: '+61491570156' } as const
  const inserted = sql`with one as (select from users where clinic_id = ${clinicId})
    insert into phone_numbers (clinic_id, user_id, type, number)
    select ${theirs.owner.clinicId}, ${phone.userId}, ${phone.type}, ${phone.number}`
  await t.rejects(inserted.execute(app), { message: REFUSED })
  t.equal((await db.selectFrom('users').select('id').execute()).length, 2 * Object.keys(ours).length)
})

t.test('a query that reads further than its clinic meets a neighbour whom no test sees', async (t) => {
  const { db, app, ours } = await isolatedDatabase(t)
  t.equal((await db.selectFrom('clinics').select('id').execute()).length, 2)
  const named = sql`select from users where clinic_id = ${ours.owner.clinicId}`
  await named.execute(app)
  const further = sql`${named} and exists (select from phone_numbers)`
  await t.rejects(further.execute(app), { message: REFUSED })
  t.same(await db.selectFrom('phoneNumbers').select('id').execute(), [])
})

t.test('a query that names two clinics is refused before it is asked', async (t) => {
  const { app, ours, theirs } = await isolatedDatabase(t)
  const both = app.selectFrom('users').select('id').where('clinicId', '=', ours.owner.clinicId)
  const union = both.union(app.selectFrom('users').select('id').where('clinicId', '=', theirs.owner.clinicId))
  await t.rejects(union.execute(), /^This query names the clinics \d+ and \d+/)
})

t.test('a query that no index of its clinic serves is found', async (t) => {
  const { ownerUrl } = await testDatabase(t)
  const served = [
    'select from users where clinic_id = $1 and id = $2',
    'delete from kept_forms where clinic_id = $1',
    'select from clinics where id = $1',
  ]
  const further = ['select from users where id = $1', 'select from users, emails where users.clinic_id = $1']
  t.same(await queriesWithoutClinicIndex(ownerUrl(), [...served, ...further]), further)
})

/** With policies, two clinics, and a neighbour. */
async function isolatedDatabase(t: Test): Promise<{ db: Database; app: Database; ours: Team; theirs: Team }> {
  const { db, url, ownerUrl } = await testDatabase(t)
  await addPolicies(ownerUrl())
  await addNeighbour(ownerUrl())
  const app = openIsolated(url)
  t.teardown(() => app.destroy())
  const passwords = createPasswords(testConfig().keys.passwords, { cost: 4 })
  const ours = await demoClinic(db, passwords)
  const theirs = await demoClinic(db, passwords, 'Hilltop Clinic')
  return { db, app, ours, theirs }
}
