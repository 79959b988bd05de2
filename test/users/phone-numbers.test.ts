import type { Database } from '../../src/database/database.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import { signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { type Fields, hidden } from '../support/visitor.ts'

const ROSA: Fields = {
  title: '',
  firstName: 'Rosa',
  lastName: 'Delgado',
  timeZone: 'Australia/Melbourne',
  role: 'receptionist',
  isPractitioner: 'no',
  profession: '',
}

const TWO: Fields = {
  phoneType1: 'mobile',
  phoneNumber1: '0491 570 156',
  phoneType2: 'work',
  phoneNumber2: '(03) 9123 4567',
}

async function editor(clinic: TestClinic) {
  const adam = await signedIn(clinic, clinic.team.administrator)
  const path = `/settings/users/${clinic.team.receptionist.id}`
  const save = async (fields: Fields) => {
    const version = hidden(await adam.get(`${path}/edit`), 'version')
    return adam.post(path, { ...ROSA, version, ...fields })
  }
  return { adam, path, save }
}

function numbersOf(db: Database, userId: string) {
  return db
    .selectFrom('phoneNumbers')
    .select(['type', 'number'])
    .where('userId', '=', userId)
    .orderBy('id')
    .execute()
}

const rowsOn = (html: string) => [...html.matchAll(/name="phoneNumber(\d+)"/g)].length

t.test('an administrator gives a person several numbers, and each save offers one row more', async (t) => {
  const clinic = await testClinic(t)
  const { adam, path, save } = await editor(clinic)
  const { id } = clinic.team.receptionist
  t.equal(rowsOn((await adam.get(`${path}/edit`)).html), 2, 'two empty rows where there is no number')
  const page = await adam.follow(await save(TWO))
  t.match(page.text, 'Mobile number 0491 570 156 Work number (03) 9123 4567')
  const form = await adam.get(`${path}/edit`)
  t.equal(rowsOn(form.html), 3)
  t.match(form.html, 'value="(03) 9123 4567"')
  t.match(form.html, '<option value="work" selected>Work</option>')
  await save({ ...TWO, phoneType3: 'fax', phoneNumber3: '+44 20 7946 0018' })
  t.same(await numbersOf(clinic.db, id), [
    { type: 'mobile', number: '+61491570156' },
    { type: 'work', number: '+61391234567' },
    { type: 'fax', number: '+442079460018' },
  ])
  await save({ ...TWO, phoneNumber1: '' })
  t.same(
    await numbersOf(clinic.db, id),
    [{ type: 'work', number: '+61391234567' }],
    'a cleared number is gone',
  )
})

t.test('a search finds a person by each of their numbers', async (t) => {
  const clinic = await testClinic(t)
  const { adam, save } = await editor(clinic)
  await save(TWO)
  for (const search of ['0491570156', '+61 491 570 156', '03 9123 4567', '91234567'])
    t.match(
      (await adam.get(`/settings/users?${new URLSearchParams({ search })}`)).text,
      'Rosa Delgado',
      search,
    )
  await save({ ...TWO, phoneNumber2: '' })
  t.notMatch((await adam.get('/settings/users?search=91234567')).text, 'Rosa Delgado')
})

t.test('a wrong number is told at its own field, and nothing that was typed is lost', async (t) => {
  const clinic = await testClinic(t)
  const { save } = await editor(clinic)
  const bad: [Fields, string, RegExp][] = [
    [{ phoneNumber2: '12345' }, 'phoneNumber2', /Enter a phone number such as/],
    [{ phoneType2: 'mobile' }, 'phoneNumber2', /not a mobile number/],
    [{ phoneNumber2: '+61 491 570 156' }, 'phoneNumber2', /You’ve already entered this number/],
    [{ phoneType2: 'pager' }, 'phoneType2', /Choose a type/],
    [{ phoneType2: '\0' }, 'phoneType2', /Choose a type/],
    [{ phoneNumber2: '0'.repeat(10_000) }, 'phoneNumber2', /Use at most 40 characters/],
    [{ phoneNumber2: '03 9123 4567\0x' }, 'phoneNumber2', /Remove the invisible character/],
    [{ phoneNumber10: 'x', phoneType10: 'home' }, 'phoneNumber10', /Enter a phone number/],
    [
      { phoneNumber11: '0491 570 157', phoneType11: 'home' },
      'form',
      /no field called “phone(Type|Number)11”/,
    ],
  ]
  for (const [fields, field, words] of bad) {
    const refused = await save({ ...TWO, lastName: 'Typed', ...fields })
    t.equal(refused.status, 422, JSON.stringify(fields).slice(0, 60))
    t.match(refused.text, words)
    if (field !== 'form') t.match(refused.html, `href="#${field}"`)
    t.match(refused.html, 'value="Typed"')
    t.match(refused.html, 'value="0491 570 156"')
  }
  t.same(await numbersOf(clinic.db, clinic.team.receptionist.id), [])
})

t.test('a number sent twice or without its type is refused, not stored', async (t) => {
  const clinic = await testClinic(t)
  const { adam, path } = await editor(clinic)
  const version = hidden(await adam.get(`${path}/edit`), 'version')
  const sent = new URLSearchParams({ ...ROSA, version, phoneNumber1: '0491 570 156' })
  const typeless = await adam.post(path, sent.toString())
  t.equal(typeless.status, 422)
  t.match(typeless.html, 'href="#phoneType1"')
  sent.append('phoneNumber1', '0491 570 157')
  t.equal((await adam.post(path, sent.toString())).status, 422)
  const added = await adam.post('/settings/users', 'mobileNumber=1&mobileNumber=2')
  t.equal(added.status, 422, 'and Add user does not stumble over it')
  t.same(await numbersOf(clinic.db, clinic.team.receptionist.id), [])
})

t.test('ten numbers are kept, and an untouched save changes none of them', async (t) => {
  const clinic = await testClinic(t)
  const { adam, path, save } = await editor(clinic)
  const { id } = clinic.team.receptionist
  const rows = Array.from({ length: 10 }, (_, index) => index + 1)
  const ten = Object.fromEntries(
    rows.flatMap((row) => [
      [`phoneType${row}`, 'work'],
      [`phoneNumber${row}`, `(03) 9123 45${10 + row}`],
    ]),
  )
  t.equal((await save(ten)).status, 303)
  const kept = await numbersOf(clinic.db, id)
  t.equal(kept.length, 10)
  t.equal(rowsOn((await adam.get(`${path}/edit`)).html), 10)
  t.equal((await save(ten)).status, 303)
  t.same(await numbersOf(clinic.db, id), kept)
})
