import { plainDay } from '../../../src/words/dates.ts'
import { clinicDay, setAccess } from '../../support/access-dates.ts'
import { askToAdd, NEW_USER, verify } from '../../support/add-user.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import { cellsOf } from '../../support/csv.ts'
import { addEverybody, draftOf, HEAD, silent, started } from '../../support/imports.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'
import { type Fields, hidden, type Visitor } from '../../support/visitor.ts'

/** As a page’s text has it. */
const said = (day: string) => plainDay(day).replaceAll('\u00a0', ' ')

const ROSA = { firstName: 'Rosa', lastName: 'Delgado', role: 'receptionist', isPractitioner: 'no' }
const ADAM = { firstName: 'Adam', lastName: 'Okafor', role: 'administrator', isPractitioner: 'no' }

async function edit(visitor: Visitor, user: { id: string }, fields: Fields) {
  const path = `/settings/users/${user.id}`
  const version = hidden(await visitor.get(`${path}/edit`), 'version')
  return pressAndVerify(visitor, path, { version, timeZone: 'Australia/Melbourne', ...fields })
}

async function datesOf({ db }: TestClinic, user: { id: string }) {
  const row = db.selectFrom('users').select(['accessFrom', 'accessUntil']).where('id', '=', user.id)
  return row.executeTakeFirstOrThrow()
}

t.test('an administrator adds a locum with dates, and sees them before and after', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  t.match((await adam.get('/settings/users/new')).text, 'Access from (optional) The first day')
  const [from, until] = [await clinicDay(db, team.owner, 3), await clinicDay(db, team.owner, 30)]
  const lastLook = await askToAdd(adam, {
    accessFrom: from.split('-').toReversed().join('/'),
    accessUntil: until,
  })
  t.match(lastLook.text, `Access from ${said(from)}`)
  t.match(lastLook.text, `Access until ${said(until)}`)
  const page = await adam.follow(await verify(adam, lastLook))
  t.match(page.text, `Access from ${said(from)}`)
  const nora = await db
    .selectFrom('users')
    .selectAll()
    .where('firstName', '=', 'Nora')
    .executeTakeFirstOrThrow()
  t.same([nora.accessFrom, nora.accessUntil], [from, until])
  t.match((await adam.get('/settings/activity')).text, `Access until: ${said(until)}`)
  t.match((await adam.get('/settings/users')).text, /Invited Starts \d+ \w+/)
})

t.test('dates that can’t be are refused at their field, and what was typed is kept', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const yesterday = await clinicDay(db, team.owner, -1)
  const tries: [fields: Fields, field: string, words: string][] = [
    [{ accessFrom: 'next week' }, 'accessFrom', 'Enter a day such as 3 Dec 2026.'],
    [{ accessUntil: '31/2/2027' }, 'accessUntil', 'Enter a day such as 3 Dec 2026.'],
    [
      { accessFrom: '2099-03-02', accessUntil: '2099-03-01' },
      'accessUntil',
      'The last day is before the first.',
    ],
    [{ accessUntil: yesterday }, 'accessUntil', 'This day has passed.'],
  ]
  for (const [fields, field, words] of tries) {
    const answer = await askToAdd(adam, fields)
    t.equal(answer.status, 422)
    t.match(answer.text, words)
    t.match(answer.html, `id="${field}-error"`)
    for (const typed of Object.values(fields)) t.match(answer.html, `value="${typed}"`)
  }
  const nora = db.selectFrom('users').select('id').where('firstName', '=', 'Nora')
  t.same(await nora.execute(), [])
  const today = await askToAdd(adam, { accessUntil: await clinicDay(db, team.owner) })
  t.equal(today.status, 200, 'today is no day that has passed')
})

t.test('an administrator changes dates with their password, and the activity says so', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const until = await clinicDay(db, team.owner, 5)
  const path = `/settings/users/${team.receptionist.id}`
  const version = hidden(await adam.get(`${path}/edit`), 'version')
  const lastLook = await adam.post(path, {
    ...ROSA,
    timeZone: 'Australia/Melbourne',
    version,
    accessUntil: until,
  })
  t.match(lastLook.text, `Access until none → ${said(until)}`)
  t.match(lastLook.text, 'Rosa will be able to sign in on these days only.')
  t.equal((await edit(adam, team.receptionist, { ...ROSA, accessUntil: until })).status, 303)
  t.same(await datesOf(clinic, team.receptionist), { accessFrom: null, accessUntil: until })
  t.match((await adam.get('/settings/activity')).text, `Access until: none → ${said(until)}`)
  t.match((await adam.get(`${path}/edit`)).html, `value="${said(until)}"`)
  await setAccess(db, team.receptionist, { until: -5 })
  t.equal(
    (
      await edit(adam, team.receptionist, {
        ...ROSA,
        title: 'Ms',
        accessUntil: said(await clinicDay(db, team.owner, -5)),
      })
    ).status,
    303,
    'other fields can be changed after it',
  )
  t.equal((await edit(adam, team.receptionist, { ...ROSA, accessUntil: '' })).status, 303)
  t.same(await datesOf(clinic, team.receptionist), { accessFrom: null, accessUntil: null })
})

t.test('a form that doesn’t ask for dates leaves them as they are', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await setAccess(db, team.receptionist, { until: 5 })
  const adam = await signedIn(clinic, team.administrator)
  t.equal((await edit(adam, team.receptionist, { ...ROSA, firstName: 'Rosalind' })).status, 303)
  t.same((await datesOf(clinic, team.receptionist)).accessUntil, await clinicDay(db, team.owner, 5))
})

t.test('nobody changes their own dates, and the form doesn’t ask them', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await setAccess(db, team.administrator, { until: 5 })
  const adam = await signedIn(clinic, team.administrator)
  t.notMatch((await adam.get(`/settings/users/${team.administrator.id}/edit`)).text, 'Access until')
  t.equal((await edit(adam, team.administrator, { ...ADAM, title: 'Mr' })).status, 303)
  for (const accessUntil of ['', '2099-01-01']) {
    const answer = await edit(adam, team.administrator, { ...ADAM, accessUntil })
    t.equal(answer.status, 422)
    t.match(answer.text, 'Ask another administrator to change your access dates.')
  }
  t.same((await datesOf(clinic, team.administrator)).accessUntil, await clinicDay(db, team.owner, 5))
})

t.test('a receptionist can’t set dates, nor a form from another website', async (t) => {
  const clinic = await testClinic(t)
  const rosa = await signedIn(clinic, clinic.team.receptionist)
  const path = `/settings/users/${clinic.team.scheduler.id}`
  t.equal((await rosa.post(path, { accessUntil: '2099-01-01' })).status, 403)
})

t.test(
  'an import takes dates under other programs’ headings, and refuses those that have passed',
  async (t) => {
    const clinic = await testClinic(t)
    const { db, team } = clinic
    const adam = await signedIn(clinic, team.administrator)
    const [from, until] = [await clinicDay(db, team.owner, 1), await clinicDay(db, team.owner, 90)]
    const row = (n: number, start: string, end: string) =>
      `Kim\tNumber ${n}\tkim${n}@many.example\tReceptionist\tNo\t${start}\t${end}`
    const head = `${HEAD}\tStart date\tEnd date`
    const bad = await adam.get(
      await draftOf(adam, [head, row(1, 'soon', ''), row(2, '', '1/1/2020')].join('\n')),
    )
    t.match(bad.text, 'Enter a day such as 3 Dec 2026.')
    t.match(bad.text, 'This day has passed.')
    await started(adam, [head, row(3, from, until.split('-').toReversed().join('.'))].join('\n'))
    await addEverybody({ db, log: silent })
    const kim = await db
      .selectFrom('users')
      .selectAll()
      .where('email', '=', 'kim3@many.example')
      .executeTakeFirstOrThrow()
    t.same([kim.accessFrom, kim.accessUntil], [from, until])
  },
)

t.test('an export has the dates so that an import reads them again', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await setAccess(db, team.receptionist, { from: -5, until: 5 })
  const adam = await signedIn(clinic, team.administrator)
  const [heads = [], ...rows] = cellsOf(
    t,
    (await pressAndVerify(adam, '/settings/users/export?search=delgado')).html,
  )
  const cell = (heading: string) => rows[0]?.[heads.indexOf(heading)]
  t.equal(cell('Access from'), await clinicDay(db, team.owner, -5))
  t.equal(cell('Access until'), await clinicDay(db, team.owner, 5))
  t.equal(cell('Status'), 'Active')
})

t.test('somebody whose access has ended is reactivated only with a new last day', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await setAccess(db, team.deactivated, { until: -1 })
  const adam = await signedIn(clinic, team.administrator)
  const path = `/settings/users/${team.deactivated.id}/reactivation`
  const refused = await pressAndVerify(adam, path)
  t.equal(refused.status, 422)
  t.match(refused.text, 'Edit “Access until” first: enter a later day, or clear it.')
  const dora = { firstName: 'Dora', lastName: 'Quinn', role: 'receptionist', isPractitioner: 'no' }
  t.equal((await edit(adam, team.deactivated, { ...dora, accessUntil: '2099-01-01' })).status, 303)
  t.equal((await pressAndVerify(adam, path)).status, 303)
})

t.test('nobody is invited again after their access has ended', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await setAccess(db, team.expired, { until: -1 })
  const adam = await signedIn(clinic, team.administrator)
  const path = `/settings/users/${team.expired.id}`
  t.notMatch((await adam.get(path)).text, 'Resend invitation email')
  const answer = await adam.post(`${path}/invitation`)
  t.equal(answer.status, 422)
  t.match(answer.text, 'so no invitation can be sent')
})

t.test('an administrator whose access has ended can’t act, and what they sent stops', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await verify(adam, await askToAdd(adam, NEW_USER))
  await setAccess(db, team.administrator, { until: -1 })
  t.match((await adam.get('/settings/users')).location, /^\/sign-in/)
  const olivia = await signedIn(clinic, team.owner)
  const nora = await db
    .selectFrom('users')
    .select('id')
    .where('firstName', '=', 'Nora')
    .executeTakeFirstOrThrow()
  t.match(
    (await olivia.get(`/settings/users/${nora.id}`)).text,
    'Adam Okafor can no longer send it, so its link doesn’t work.',
  )
})
