import { DEMO_PASSWORD } from '../../../src/demo/team.ts'
import { askToAdd, NEW_USER, verify } from '../../support/add-user.ts'
import { testClinic } from '../../support/app.ts'
import t from '../../support/tap.ts'
import { hidden, Visitor } from '../../support/visitor.ts'

const countUsersIn = async (db: Awaited<ReturnType<typeof testClinic>>['db']) =>
  (await db.selectFrom('users').select('id').execute()).length

t.test('an administrator adds a receptionist, who is invited', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  t.match((await adam.get('/settings/users/new')).text, 'Is this user a practitioner?')

  const lastLook = await askToAdd(adam)
  t.equal(lastLook.status, 200)
  t.match(lastLook.text, 'Verify your password')
  t.match(lastLook.text, 'Add Nora Lindgren to Harbour Street Clinic')
  t.match(lastLook.text, '0491 570 156')
  t.match(lastLook.html, `autocomplete="username" value="${team.administrator.email}"`)

  const created = await verify(adam, lastLook)
  t.equal(created.status, 303)
  t.match(created.location, /^\/settings\/users\/\d+$/)
  const page = await adam.follow(created)
  t.match(page.text, 'Nora has been invited. We’re emailing nora@harbour.example a link')
  t.match(page.text, 'Resend invitation email')
  t.match(
    page.text,
    /Invitation sent to nora@harbour.example by Adam Okafor on .*, valid until .*\d (am|pm) AE[DS]T/,
  )

  const nora = await db
    .selectFrom('users')
    .selectAll()
    .where('email', '=', 'nora@harbour.example')
    .executeTakeFirstOrThrow()
  t.match(nora, {
    title: 'Ms',
    role: 'receptionist',
    isPractitioner: false,
    timeZone: 'Australia/Perth',
    passwordHash: null,
  })
  const phones = await db.selectFrom('phoneNumbers').selectAll().where('userId', '=', nora.id).execute()
  t.match(phones, [{ type: 'mobile', number: '+61491570156' }])
  const emails = await db.selectFrom('emails').selectAll().where('userId', '=', nora.id).execute()
  t.match(emails, [{ kind: 'invitation', recipient: 'nora@harbour.example' }])
  const events = await db
    .selectFrom('events')
    .selectAll()
    .where('subjectId', '=', nora.id)
    .orderBy('id')
    .execute()
  t.same(
    events.map((event) => event.action),
    ['user.added', 'invitation.sent'],
  )
  t.equal(events[0]?.actorId, team.administrator.id)
})

t.test('nothing is created before the password is verified', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const before = await countUsersIn(db)
  const lastLook = await askToAdd(adam)
  for (const password of ['', 'wrong password!', 'CORRECT HORSE BATTERY']) {
    const answer = await verify(adam, lastLook, password)
    t.equal(answer.status, 422)
    t.match(answer.text, password ? 'Incorrect password. Nothing has been changed.' : 'Enter your password.')
    t.match(answer.text, 'nora@harbour.example', 'nothing is lost')
  }
  t.equal(await countUsersIn(db), before)
  t.equal((await verify(adam, lastLook)).status, 303)
})

t.test('five wrong passwords in a row end the session', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const lastLook = await askToAdd(adam)
  for (let failure = 1; failure <= 4; failure++) t.equal((await verify(adam, lastLook, 'wrong')).status, 422)
  const fifth = await verify(adam, lastLook, 'wrong')
  t.equal(fifth.location, '/sign-in')
  t.match((await adam.follow(fifth)).text, 'You’ve been signed out after five incorrect passwords.')
  t.match((await adam.get('/settings/users')).location, /^\/sign-in/)
  const refusals = db.selectFrom('events').select('id').where('action', '=', 'password.refused')
  t.equal((await refusals.execute()).length, 5)
})

t.test('only wrong passwords in a row end the session: a right one starts the count afresh', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const first = await askToAdd(adam)
  for (let failure = 1; failure <= 4; failure++) await verify(adam, first, 'wrong')
  t.equal((await verify(adam, first)).status, 303)
  const second = await askToAdd(adam, { personEmail: 'second@harbour.example' })
  t.equal((await verify(adam, second, 'wrong')).status, 422)
  t.equal((await verify(adam, second)).status, 303)
  t.equal((await db.selectFrom('users').select('id').where('lastName', '=', 'Lindgren').execute()).length, 2)
})

t.test('a double click, Back and a second tab end on the same person with one invitation', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const before = await countUsersIn(db)
  const lastLook = await askToAdd(adam)
  const stale = new Map(adam.cookies)
  const presses = await Promise.all([verify(adam, lastLook), verify(adam, lastLook), verify(adam, lastLook)])
  const later = await verify(adam, lastLook)
  // The browser gave up on the first answer and never saw its new cookie.
  adam.cookies.clear()
  for (const [name, value] of stale) adam.cookies.set(name, value)
  const withOldCookie = await verify(adam, lastLook)

  const locations = [...presses, later, withOldCookie].map((press) => press.location)
  t.equal(new Set(locations).size, 1, locations.join(' '))
  t.match(locations[0], /^\/settings\/users\/\d+$/)
  t.equal(await countUsersIn(db), before + 1)
  const emails = await db
    .selectFrom('emails')
    .select('id')
    .where('recipient', '=', 'nora@harbour.example')
    .execute()
  t.equal(emails.length, 1)
})

t.test(
  'two administrators who add the same address at once make one account, and one of them is told whose',
  async (t) => {
    const { app, db, team } = await testClinic(t)
    const [olivia, adam] = [new Visitor(app), new Visitor(app)]
    await olivia.signIn(team.owner)
    await adam.signIn(team.administrator)
    const looks = await Promise.all([
      askToAdd(olivia, { personEmail: 'twin@harbour.example' }),
      askToAdd(adam, { personEmail: 'TWIN@Harbour.example', firstName: 'Nils' }),
    ])
    const answers = await Promise.all([verify(olivia, looks[0]), verify(adam, looks[1])])
    t.same(answers.map((answer) => answer.status).sort(), [303, 422])
    const refused = answers.find((answer) => answer.status === 422)
    t.match(refused?.text, /(Nora|Nils) Lindgren already has this email address\./)
    const people = await db.selectFrom('users').selectAll().where('lastName', '=', 'Lindgren').execute()
    t.equal(people.length, 1)
    const emails = await db
      .selectFrom('emails')
      .select('id')
      .where('userId', '=', people[0]?.id ?? '')
      .execute()
    t.equal(emails.length, 1)
  },
)

t.test('what was shown is what is done: a changed, foreign or old signed form does nothing', async (t) => {
  const { app, db, team } = await testClinic(t)
  const [olivia, adam] = [new Visitor(app), new Visitor(app)]
  await olivia.signIn(team.owner)
  await adam.signIn(team.administrator)
  const before = await countUsersIn(db)
  const signedForm = hidden(await askToAdd(adam), 'signedForm')
  const [text = '', signature = ''] = signedForm.split('.')
  const changed = Buffer.from(
    Buffer.from(text, 'base64url').toString().replace('receptionist', 'administrator'),
  )
  const signedForms = [
    `${changed.toString('base64url')}.${signature}`,
    `${text}.`,
    text,
    `${text}.${'A'.repeat(43)}`,
    'x',
  ]
  for (const signedForm of signedForms) {
    const answer = await adam.post('/settings/users', { signedForm, currentPassword: DEMO_PASSWORD })
    t.equal(answer.status, 400)
    t.match(answer.text, 'This page is out of date')
  }
  const stolen = await olivia.post('/settings/users', { signedForm, currentPassword: DEMO_PASSWORD })
  t.equal(stolen.status, 400, 'the signed form belongs to the session in which it was shown')
  t.equal(await countUsersIn(db), before)
})

t.test('Change leads back to the form with everything as typed', async (t) => {
  const { app, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const lastLook = await askToAdd(adam)
  const form = await adam.post('/settings/users', {
    signedForm: hidden(lastLook, 'signedForm'),
    currentPassword: '',
    change: 'yes',
  })
  t.equal(form.status, 200)
  t.match(form.html, /<h1[^>]*>Add user/)
  for (const value of ['Nora', 'Lindgren', 'nora@harbour.example', '0491 570 156'])
    t.match(form.html, `value="${value}"`)
  t.notMatch(form.text, 'There is a problem')
})

t.test('the session token is new after the password was verified', async (t) => {
  const { app, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const before = adam.cookies.get('session')
  await verify(adam, await askToAdd(adam))
  t.not(adam.cookies.get('session'), before)
  t.equal((await adam.get('/settings/users')).status, 200)
})

t.test('a form whose session ran out comes back filled in after signing in', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  await db
    .updateTable('sessions')
    .set({ lastSeenAt: new Date(Date.now() - 31 * 60_000) })
    .execute()
  const signInPage = await askToAdd(adam)
  t.equal(signInPage.status, 401)
  t.match(signInPage.text, 'restore what you typed')

  const fields = {
    email: team.administrator.email,
    password: DEMO_PASSWORD,
    interrupted: hidden(signInPage, 'interrupted'),
  }
  const welcomeBack = await adam.follow(await adam.post('/sign-in', fields))
  const form = await adam.post('/settings/users', {
    signedForm: hidden(welcomeBack, 'signedForm'),
    change: 'yes',
  })
  for (const value of ['Nora', 'Lindgren', 'nora@harbour.example']) t.match(form.html, `value="${value}"`)
})

t.test('a receptionist who had typed such a form sees no more than a refusal', async (t) => {
  const { app, team } = await testClinic(t)
  const rosa = new Visitor(app)
  const signInPage = await askToAdd(rosa)
  const fields = {
    email: team.receptionist.email,
    password: DEMO_PASSWORD,
    interrupted: hidden(signInPage, 'interrupted'),
  }
  const welcomeBack = await rosa.follow(await rosa.post('/sign-in', fields))
  const refused = await rosa.post('/settings/users', {
    signedForm: hidden(welcomeBack, 'signedForm'),
    change: 'yes',
  })
  t.equal(refused.status, 403)
})

t.test('a practitioner counts as charged, an administrative user as free', async (t) => {
  const { app, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  t.match((await adam.get('/settings/users')).text, '2 practitioners (billed), 7 other staff (free)')
  const practitioner = { isPractitioner: 'yes', profession: 'Podiatrist', role: 'practitioner' }
  await verify(adam, await askToAdd(adam, practitioner))
  t.match((await adam.get('/settings/users')).text, '3 practitioners (billed), 7 other staff (free)')
})

t.test('a receptionist cannot add a user', async (t) => {
  const { app, db, team } = await testClinic(t)
  const rosa = new Visitor(app)
  await rosa.signIn(team.receptionist)
  const before = await countUsersIn(db)
  t.equal((await rosa.get('/settings/users/new')).status, 403)
  const refused = await rosa.post('/settings/users', { firstName: '' })
  t.equal(refused.status, 403)
  t.notMatch(refused.text, 'Enter a first name', 'nobody without the right sees a validation message')
  t.equal(await countUsersIn(db), before)
})

t.test('another site cannot add a user in an administrator’s name', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const before = await countUsersIn(db)
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: '' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]
  for (const headers of foreign) {
    const answer = await adam.post('/settings/users', NEW_USER, headers)
    t.equal(answer.status, 403, JSON.stringify(headers))
    t.match(answer.text, 'This form didn’t come from Frontdesk')
  }
  t.equal(
    (await adam.post('/settings/users', NEW_USER, { origin: 'x', 'sec-fetch-site': 'same-origin' })).status,
    200,
  )
  t.equal(await countUsersIn(db), before)
})
