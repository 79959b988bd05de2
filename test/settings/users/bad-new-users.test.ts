import { NEW_USER, verify } from '../../support/add-user.ts'
import { testClinic } from '../../support/app.ts'
import t from '../../support/tap.ts'
import { Visitor } from '../../support/visitor.ts'

const BAD_ANSWERS: [field: string, value: string, message: string | RegExp][] = [
  ['firstName', '', 'Enter a first name.'],
  ['firstName', '   ', 'Enter a first name.'],
  ['lastName', '', /Enter a last name, or tick/],
  ['personEmail', '', 'Enter an email address.'],
  ['personEmail', 'nora', /Enter an email address in the correct format/],
  ['personEmail', 'nora@harbour.example, eve@evil.example', /email address/],
  ['personEmail', 'nora@harbour.example;eve@evil.example', /email address/],
  ['personEmail', 'nora(comment)@harbour.example', /email address/],
  ['personEmail', 'Nora <nora@harbour.example>', /email address/],
  ['personEmail', 'nora@harbour.example\r\nBcc: eve@evil.example', /email address/],
  ['personEmail', 'nora\u0000@harbour.example', /email address/],
  ['personEmail', 'nöra@harbour.example', /email address/],
  ['personEmail', 'nora@härbour.example', /email address/],
  ['personEmail', 'm\u0130ke@harbour.example', /email address/],
  ['personEmail', '\u212Aim@harbour.example', /email address/],
  ['personEmail', `${'a'.repeat(250)}@harbour.example`, /email address/],
  ['firstName', '<a href=//evil>x</a>', /Remove/],
  ['firstName', 'Visit https://evil.tld', /./],
  ['lastName', 'evil.tld/login', /./],
  ['lastName', 'Nora\u202Egnp.exe', /Remove/],
  ['lastName', 'Nora\u0007', /Remove/],
  ['lastName', 'Nora\u0000', /Remove/],
  ['lastName', 'Nora\r\nBcc: x', /Remove/],
  ['lastName', 'x'.repeat(101), /at most 100 characters/],
  ['title', '<b>', /Remove/],
  ['title', 'x'.repeat(21), /at most 20 characters/],
  ['mobileNumber', '12345', /Enter a phone number/],
  ['mobileNumber', 'call me', /Enter a phone number/],
  ['mobileNumber', '(03) 9123 4567', /not a mobile number/],
  ['timeZone', 'Mars/Olympus', 'Choose a time zone from the list.'],
  ['role', '', 'Choose a security role.'],
  ['role', 'owner', 'Choose a security role.'],
  ['role', 'Administrator', 'Choose a security role.'],
  ['isPractitioner', '', 'Select Yes or No.'],
  ['isPractitioner', 'perhaps', 'Select Yes or No.'],
]

t.test('every bad answer gets a clear message at its field, and nothing changes', async (t) => {
  const { app, db, team, logged } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const before = await db.selectFrom('users').selectAll().orderBy('id').execute()
  for (const [field, value, message] of BAD_ANSWERS) {
    const answer = await adam.post('/settings/users', { ...NEW_USER, [field]: value })
    const name = `${field}: ${JSON.stringify(value.slice(0, 40))}`
    t.equal(answer.status, 422, name)
    t.match(answer.text, message, name)
    t.match(answer.html, `<a href="#${field}">`, `${name}: the summary leads to the field`)
    t.match(answer.html, `id="${field}"`, name)
    t.match(answer.html, /<title>Error: /, name)
    if (field !== 'firstName') t.match(answer.html, 'value="Nora"', `${name}: what was typed is kept`)
  }
  t.same(await db.selectFrom('users').selectAll().orderBy('id').execute(), before)
  t.same(logged, [])
})

t.test('all problems of a form are told at once, in the order of the form', async (t) => {
  const { app, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const answer = await adam.post('/settings/users', { mobileNumber: '1', isPractitioner: 'yes' })
  const fields = [...answer.html.matchAll(/<a href="#(\w+)">/g)].map((match) => match[1])
  t.same(fields.slice(fields.indexOf('firstName')), [
    'firstName',
    'lastName',
    'personEmail',
    'mobileNumber',
    'role',
    'profession',
  ])
})

t.test(
  'an address that somebody has is refused in any letter case, with their name and a link',
  async (t) => {
    const { app, team } = await testClinic(t)
    const adam = new Visitor(app)
    await adam.signIn(team.administrator)
    const taken = await adam.post('/settings/users', {
      ...NEW_USER,
      personEmail: team.receptionist.email.toUpperCase(),
    })
    t.equal(taken.status, 422)
    t.match(taken.text, 'Rosa Delgado already has this email address.')
    t.match(taken.html, `href="/settings/users/${team.receptionist.id}"`)
    const left = await adam.post('/settings/users', { ...NEW_USER, personEmail: team.deactivated.email })
    t.match(left.text, 'Dora Quinn, who is deactivated, has this email address.')
  },
)

t.test('fields twice, unknown fields and foreign kinds of body change nothing', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const before = (await db.selectFrom('users').select('id').execute()).length
  const good = new URLSearchParams(NEW_USER).toString()

  const twice = await adam.post('/settings/users', `${good}&role=administrator`)
  t.equal(twice.status, 422)
  t.match(twice.text, 'Choose one answer.')
  for (const field of ['isOwner', 'passwordHash', 'clinicId', 'joinedAt', '__proto__', 'constructor']) {
    const unknown = await adam.post('/settings/users', `${good}&${field}=1`)
    t.equal(unknown.status, 422, field)
    t.match(unknown.text, `This form has no field called “${field}”.`)
  }
  t.equal((await adam.post('/settings/users', `${good}&x=%E0%A4`)).status, 400, 'broken percent-encoding')
  t.equal((await adam.post('/settings/users', `${good}&title=${'x'.repeat(33_000)}`)).status, 413)
  for (const type of [
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded2',
    '',
  ]) {
    t.equal((await adam.post('/settings/users', good, { 'content-type': type })).status, 415, type)
  }
  t.equal((await db.selectFrom('users').select('id').execute()).length, before)
})

t.test('a name may hold what names hold', async (t) => {
  const { app, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const names = [
    "O'Neill",
    'Müller-Lüdenscheidt',
    'Nguyễn',
    'J. R.',
    '王',
    'de la Cruz 3rd',
    '{{7*7}} <%= 7*7 %>'.replace(/[<>]/g, ''),
  ]
  for (const [index, lastName] of names.entries()) {
    const look = await adam.post('/settings/users', {
      ...NEW_USER,
      lastName,
      personEmail: `n${index}@harbour.example`,
    })
    t.equal(look.status, 200, lastName)
    const created = await adam.follow(await verify(adam, look))
    t.match(created.text, lastName)
  }
})
