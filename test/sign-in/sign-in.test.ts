import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { testClinic } from '../support/app.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

t.test('someone who has joined signs in, and the list says when', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  t.match((await adam.get('/sign-in')).text, 'Harbour Street Clinic')
  const answer = await adam.signIn({ email: team.administrator.email.toUpperCase() })
  t.equal(answer.location, '/')
  t.equal((await adam.follow(answer)).url, '/settings/users')
  const { lastSignInAt } = await db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', team.administrator.id)
    .executeTakeFirstOrThrow()
  t.ok(lastSignInAt)
})

t.test('nobody learns from the words who exists', async (t) => {
  const { app, team } = await testClinic(t)
  const answers = []
  for (const email of [
    team.receptionist.email,
    team.invited.email,
    team.deactivated.email,
    'nobody@harbour.example',
    'no address',
  ]) {
    const answer = await new Visitor(app).signIn({ email }, 'a wrong password')
    t.equal(answer.status, 422)
    t.match(answer.html, `value="${email}"`, 'the address is kept')
    answers.push(answer.text)
  }
  t.equal(new Set(answers).size, 1)
  t.match(answers[0], 'Incorrect email address or password.')
})

t.test('the right password opens nothing for people who were deactivated or have not joined', async (t) => {
  const { app, team } = await testClinic(t)
  for (const person of [team.deactivated, team.invited]) {
    const someone = new Visitor(app)
    t.equal((await someone.signIn(person)).status, 422)
    t.match((await someone.get('/my-details')).location, /^\/sign-in/)
  }
})

t.test('after five wrong passwords the next try has to wait, even with the right one', async (t) => {
  const { app, db, team } = await testClinic(t)
  const someone = new Visitor(app)
  for (let nth = 1; nth <= 5; nth++) t.equal((await someone.signIn(team.receptionist, 'wrong')).status, 422)
  const inTenMinutes = new Date(Date.now() + 600_000)
  await db
    .updateTable('throttles')
    .set({ blockedUntil: inTenMinutes })
    .where('failures', '=', 5)
    .where('key', 'like', 'account:%')
    .execute()
  const waiting = await someone.signIn(team.receptionist)
  t.equal(waiting.status, 429)
  t.match(waiting.text, /Too many incorrect passwords\. Try again at \d+:\d\d [ap]m/)
  t.equal((await someone.signIn(team.scheduler)).status, 303, 'others are not held up')
})

t.test('a wanted page is returned to after signing in', async (t) => {
  const { app, team } = await testClinic(t)
  const adam = new Visitor(app)
  const asked = await adam.get('/settings/users/new?x=1')
  t.equal(asked.location, '/sign-in?next=%2Fsettings%2Fusers%2Fnew%3Fx%3D1')
  const page = await adam.follow(asked)
  t.match(page.html, 'name="next" value="/settings/users/new?x=1"')
  const signedIn = await adam.post('/sign-in', {
    email: team.owner.email,
    password: DEMO_PASSWORD,
    next: '/settings/users/new?x=1',
  })
  t.equal(signedIn.location, '/settings/users/new?x=1')
})

t.test('signing in leads to no other site', async (t) => {
  const { app, team } = await testClinic(t)
  const elsewhere = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'https:evil.example',
    '/\t/evil.example',
    '\\\\evil.example',
    'javascript:alert(1)',
    '/%0d%0aSet-Cookie:x',
    'http://frontdesk.localhost@evil.example/',
    '/..//evil.example',
  ]
  for (const next of elsewhere) {
    const answer = await new Visitor(app).post('/sign-in', {
      email: team.owner.email,
      password: DEMO_PASSWORD,
      next,
    })
    t.equal(answer.status, 303, next)
    const target = new URL(answer.location ?? '', 'http://frontdesk.localhost')
    t.equal(target.origin, 'http://frontdesk.localhost', next)
    t.notMatch(answer.location, /^\/[/\\]/, next)
  }
})

t.test('signing out ends the session for every copy of its cookie', async (t) => {
  const { app, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const thief = new Visitor(app)
  for (const [name, value] of adam.cookies) thief.cookies.set(name, value)
  t.equal((await thief.get('/settings/users')).status, 200)
  const out = await adam.follow(await adam.post('/sign-out'))
  t.match(out.text, 'You’ve been signed out.')
  t.match((await thief.get('/settings/users')).location, /^\/sign-in/)
})

t.test('a signed-out page does not come back with the Back button', async (t) => {
  const { app, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  for (const url of [
    '/settings/users',
    '/settings/users/new',
    '/my-details',
    `/settings/users/${team.invited.id}`,
  ]) {
    t.equal((await adam.get(url)).headers['cache-control'], 'no-store', url)
  }
})

t.test('a session token that someone planted before is not the one after signing in', async (t) => {
  const { app, db, config, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.receptionist)
  await adam.post('/sign-out')
  const planted = adam.cookies.get('session')
  t.ok(planted)
  await adam.signIn(team.administrator)
  t.not(adam.cookies.get('session'), planted)
  const attacker = new Visitor(app)
  attacker.cookies.set('session', planted ?? '')
  t.match((await attacker.get('/settings/users')).location, /^\/sign-in/)
  t.equal(
    (
      await db
        .selectFrom('sessions')
        .select('sessionId')
        .where('userId', '=', team.administrator.id)
        .execute()
    ).length,
    1,
  )
  t.equal(config.production, false)
})
