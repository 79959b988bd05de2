import { sql } from 'kysely'
import type { User } from '../../../../src/database/schema.ts'
import { type TestClinic, testClinic } from '../../../support/app.ts'
import { pressAndVerify, signedIn } from '../../../support/press.ts'
import t from '../../../support/tap.ts'

const DORMANT = '/settings/users?status=dormant'

async function lastHere(
  { db }: TestClinic,
  { clinicId, id }: User,
  days: { joined: number; signedIn: number | null },
) {
  const ago = (count: number) => sql<Date>`now() - ${count} * interval '1 day'`
  await db
    .updateTable('users')
    .set({ joinedAt: ago(days.joined), lastSignInAt: days.signedIn === null ? null : ago(days.signedIn) })
    .where('clinicId', '=', clinicId)
    .where('id', '=', id)
    .execute()
}

t.test('an administrator finds who hasn’t signed in for 90 days, and exports them', async (t) => {
  const clinic = await testClinic(t)
  const { owner, administrator, powerReceptionist, receptionist, scheduler, bookkeeper, practitioner } =
    clinic.team
  await lastHere(clinic, owner, { joined: 400, signedIn: 89 })
  await lastHere(clinic, powerReceptionist, { joined: 400, signedIn: 91 })
  await lastHere(clinic, receptionist, { joined: 91, signedIn: null })
  await lastHere(clinic, scheduler, { joined: 89, signedIn: null })
  await lastHere(clinic, bookkeeper, { joined: 89, signedIn: 1 })
  await lastHere(clinic, practitioner, { joined: 400, signedIn: 300 })
  await lastHere(clinic, clinic.team.deactivated, { joined: 400, signedIn: 300 })
  const adam = await signedIn(clinic, administrator)
  for (const sort of ['name', '-name', 'last-sign-in', '-last-sign-in']) {
    const page = await adam.get(`${DORMANT}&sort=${sort}`)
    const found = [owner, administrator, powerReceptionist, receptionist, scheduler, bookkeeper, practitioner]
    const listed = found.filter(({ id }) => page.html.includes(`/settings/users/${id}"`))
    t.same(new Set(listed), new Set([powerReceptionist, receptionist, practitioner]), sort)
    t.match(page.text, '3 people found')
  }
  t.match((await adam.get(DORMANT)).html, /value="dormant" selected>Not signed in for 90 days/)
  const file = await pressAndVerify(adam, '/settings/users/export?status=dormant')
  t.match(file.html, receptionist.email)
  t.notMatch(file.html, bookkeeper.email)
  const lastLook = await adam.post('/settings/users/export?status=dormant')
  t.match(lastLook.text, 'Not signed in for 90 days')
})
