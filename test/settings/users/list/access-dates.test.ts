import { countUsers } from '../../../../src/settings/users/list/count-users.ts'
import { nearDay } from '../../../../src/words/dates.ts'
import { clinicDay, setAccess } from '../../../support/access-dates.ts'
import { type TestClinic, testClinic } from '../../../support/app.ts'
import { pressAndVerify, signedIn } from '../../../support/press.ts'
import t from '../../../support/tap.ts'
import type { Visitor } from '../../../support/visitor.ts'

const said = (day: string) => nearDay(day).replaceAll('\u00a0', ' ')

async function listed({ team }: TestClinic, visitor: Visitor, query: string): Promise<string[]> {
  const { html } = await visitor.get(`/settings/users?${query}`)
  return Object.entries(team)
    .filter(([, { id }]) => html.includes(`/settings/users/${id}"`))
    .map(([name]) => name)
    .sort()
}

async function withDates(clinic: TestClinic): Promise<void> {
  const { db, team } = clinic
  await setAccess(db, team.receptionist, { until: 0 })
  await setAccess(db, team.scheduler, { until: 14 })
  await setAccess(db, team.bookkeeper, { until: 15 })
  await setAccess(db, team.practitioner, { until: -1 })
  await setAccess(db, team.powerReceptionist, { from: 1 })
  await setAccess(db, team.invited, { from: 2, until: 9 })
  await setAccess(db, team.expired, { until: -30 })
  await setAccess(db, team.deactivated, { until: 3 })
}

t.test('the list and each page say who starts later and whose access has ended', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await withDates(clinic)
  const adam = await signedIn(clinic, team.administrator)
  const list = (await adam.get('/settings/users')).text
  const starts = `Starts ${said(await clinicDay(db, team.owner, 1))}`
  t.match(list, `Nguyen Power receptionist No ${starts}`)
  t.match(list, 'Raman Practitioner Yes Access ended')
  t.match(list, 'Walsh Scheduler No Access ended')
  t.match(list, `Invited Starts ${said(await clinicDay(db, team.owner, 2))}, until`)
  t.match(list, 'Active 5 Starts later 1 Invited 1 Invitation expired 0 Access ended 2 Deactivated 1')
  t.match((await adam.get(`/settings/users/${team.powerReceptionist.id}`)).text, starts)
  t.match((await adam.get(`/settings/users/${team.practitioner.id}`)).text, 'Access ended')
  const file = await pressAndVerify(adam, '/settings/users/export')
  t.match(file.html, '"Access ended"')
})

t.test('an administrator filters by who starts later, has left, or leaves soon', async (t) => {
  const clinic = await testClinic(t)
  await withDates(clinic)
  const adam = await signedIn(clinic, clinic.team.administrator)
  for (const sort of ['name', '-name', 'last-sign-in', '-last-sign-in']) {
    const found = (status: string) => listed(clinic, adam, `sort=${sort}&status=${status}`)
    t.same(await found('leaving-soon'), ['invited', 'receptionist', 'scheduler'], sort)
    t.same(await found('starts+later'), ['powerReceptionist'], sort)
    t.same(await found('access+ended'), ['expired', 'practitioner'], sort)
    t.same(await found('active'), ['administrator', 'bookkeeper', 'owner', 'receptionist', 'scheduler'], sort)
    t.same(await found('invited'), ['invited'], sort)
    t.same(await found('invitation+expired'), [], sort)
    t.same(await found('deactivated'), ['deactivated'], sort)
  }
  const page = await adam.get('/settings/users?status=leaving-soon')
  t.match(page.text, '3 people found')
  t.match(page.html, /value="leaving-soon" selected>Leaving soon \(within 14 days\)/)
  const lastLook = await adam.post('/settings/users/export?status=leaving-soon')
  t.match(lastLook.text, 'Leaving soon (within 14 days)')
})

t.test('the bar counts everybody once', async (t) => {
  const clinic = await testClinic(t)
  await withDates(clinic)
  const { byStatus } = await countUsers(clinic.db, { clinicId: clinic.team.owner.clinicId, country: 'AU' })
  t.same(byStatus, {
    ...{ active: 5, invited: 1, 'invitation expired': 0 },
    ...{ 'starts later': 1, 'access ended': 2, deactivated: 1 },
  })
})
