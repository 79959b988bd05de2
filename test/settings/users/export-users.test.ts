import type { NewUserRow } from '../../../src/database/schema.ts'
import { DEMO_PASSWORD } from '../../../src/demo/team.ts'
import { sortName } from '../../../src/users/names.ts'
import { csvLine } from '../../../src/words/csv-line.ts'
import { testClinic } from '../../support/app.ts'
import { cellsOf } from '../../support/csv.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'
import { hidden, Visitor } from '../../support/visitor.ts'

const EXPORT = '/settings/users/export'

t.test('an administrator exports what is shown', async (t) => {
  const { app, db, team } = await testClinic(t)
  const { clinicId } = team.owner
  const numbers = ['+61491570156', '+79123456789']
  for (const number of numbers)
    await db
      .insertInto('phoneNumbers')
      .values({ clinicId, userId: team.owner.id, type: 'mobile', number })
      .execute()
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const all = await pressAndVerify(adam, EXPORT)
  t.match(all.headers, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="users-and-practitioners.csv"',
    'cache-control': /no-store/,
  })
  const [heads, ...people] = cellsOf(t, all.html)
  t.equal(heads?.[0], 'Last name')
  t.same(
    people.map(([lastName]) => lastName),
    ['Delgado', 'Hart', 'Lindqvist', 'Nguyen', 'O’Connor', 'Okafor', 'Petrov', 'Raman', 'Walsh'],
  )
  const hart = Object.fromEntries(heads?.map((head, place) => [head, people[1]?.[place]]) ?? [])
  t.same(hart, {
    ...{ 'Last name': 'Hart', 'First name': 'Olivia', Title: '', 'Has only one name': 'No' },
    Pronouns: '',
    Email: 'olivia@harbour-street-clinic.example',
    'Phone numbers': 'Mobile +61 491 570 156, Mobile +7 912 345 67 89',
    ...{ 'Time zone': 'Australia/Melbourne', 'Security role': 'Administrator' },
    ...{ Practitioner: 'Yes', Profession: 'Physiotherapist', Owner: 'Yes' },
    ...{ 'Access from': '', 'Access until': '' },
    ...{ Status: 'Active', 'Last sign-in (UTC)': '' },
  })
  t.match(people[5]?.at(-1), /^\d{4}-\d\d-\d\d \d\d:\d\d$/)

  const page = await adam.get('/settings/users?search=harbour&role=receptionist&sort=-name')
  const link = /action="([^"]+export[^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
  t.same(
    cellsOf(t, (await pressAndVerify(adam, link)).html).map(([lastName]) => lastName),
    ['Last name', 'Petrov', 'Delgado'],
  )
  t.equal((await adam.post(`${EXPORT}?status=gone`)).status, 404)
})

t.test('no link exports anything: a last look says who, and the password is asked each time', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  for (const path of [`${EXPORT}.csv`, EXPORT]) t.equal((await adam.get(path)).status, 404, path)
  const url = `${EXPORT}?search=harbour&role=receptionist`
  const look = await adam.post(url)
  t.match(look.text, 'Verify your password')
  t.match(look.text, '2 people found')
  t.match(look.text, '“harbour”, All except deactivated, Receptionist')
  const events = () =>
    db.selectFrom('events').select(['after']).where('action', '=', 'users.exported').execute()
  const signedForm = hidden(look, 'signedForm')
  const wrong = await adam.post(url, { signedForm, currentPassword: 'not it' })
  t.match(wrong, { status: 422, text: 'Incorrect password.' })
  t.same(await events(), [])

  const fields = { signedForm, currentPassword: DEMO_PASSWORD }
  const files = [...(await Promise.all([adam.post(url, fields), adam.post(url, fields)]))]
  files.push(await adam.post(url, fields))
  for (const file of files)
    t.same(
      cellsOf(t, file.html).map(([lastName]) => lastName),
      ['Last name', 'Delgado', 'Petrov'],
    )
  t.same(await events(), [{ after: { shown: 'search=harbour&role=receptionist' } }], 'it is one export')
  t.equal((await adam.post(EXPORT, fields)).status, 400, 'the signed form is for this filter only')
  t.equal((await adam.post(url, { signedForm })).status, 422, 'and never enough without the password')
  const back = await adam.post(url, { signedForm, change: 'yes' })
  t.equal(back.location, '/settings/users?search=harbour&role=receptionist', 'Cancel leads to what was shown')

  t.equal((await (await signedIn(clinic, team.receptionist)).post(EXPORT)).status, 403)
  t.equal((await new Visitor(app).post(EXPORT)).status, 401)
  t.equal((await adam.post(EXPORT, {}, { origin: 'https://evil.example' })).status, 403)
  t.equal((await adam.post(EXPORT, { every: 'thing' })).status, 422)
})

t.test('more people than one chunk holds are all exported once', async (t) => {
  const { app, db, team } = await testClinic(t)
  const { clinicId } = team.owner
  const people = Array.from(
    { length: 1_200 },
    (_, n): NewUserRow => ({
      ...{
        clinicId,
        firstName: 'Kim',
        lastName: `Zeta ${n % 7}`,
        sortName: sortName('Kim', `Zeta ${n % 7}`),
      },
      ...{ email: `kim${n}@a.example`, role: 'scheduler', isPractitioner: false, timeZone: 'UTC' },
    }),
  )
  await db.insertInto('users').values(people).execute()
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  for (const sort of ['name', '-last-sign-in']) {
    const [heads = [], ...lines] = cellsOf(
      t,
      (await pressAndVerify(adam, `${EXPORT}?search=kim&sort=${sort}`)).html,
    )
    t.equal(lines.length, 1_200)
    t.equal(new Set(lines.map((cells) => cells[heads.indexOf('Email')])).size, 1_200)
  }
})

t.test('no cell becomes a formula, and each reads back as it was', async (t) => {
  for (const cell of [
    '=1+1',
    '+1',
    '-1',
    '@x',
    '\tx',
    '\rx',
    ' =1',
    '\u00a0=1',
    '＝1',
    '＠x',
    '  \t=x',
    '=cmd|"/c calc"!A1',
  ])
    t.same(cellsOf(t, `\uFEFF${csvLine([cell])}`), [[`'${cell}`]], JSON.stringify(cell))
  for (const cell of [
    '',
    'Anna',
    'O’Brien',
    "d'Arc",
    'a "b" c',
    'a,b',
    'a\r\nb',
    'Jean-Luc',
    '1=1',
    'a@b.example',
    ' x',
  ])
    t.same(cellsOf(t, `\uFEFF${csvLine([cell, 'end'])}`), [[cell, 'end']], JSON.stringify(cell))
})
