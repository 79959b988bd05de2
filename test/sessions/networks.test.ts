import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { testClinic } from '../support/app.ts'
import { joinPath } from '../support/invitations.ts'
import { INSIDE, limit, OUTSIDE, PROXY, signedInAt, Traveller } from '../support/networks.ts'
import { HARBOUR, secondClinic } from '../support/second-clinic.ts'
import { Phone, setUpPath, signInWithPasskey, withApp, withPasskey } from '../support/second-step.ts'
import t from '../support/tap.ts'

const TITLE = 'You can’t use Frontdesk from here'
/** They know no sessions, or only whose health it is. */
const OF_NOBODY = /^\S+ \/(health|assets|favicon|webhooks)/
const WAYS_OUT = ['POST /sign-out', 'POST /join/sign-out', 'POST /confirm-email/sign-out']

t.test('away from the clinic’s networks, someone who is limited reaches nothing but sign-out', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { app, team } = clinic
  await limit(clinic, team.owner, ['administrator'])
  const adam = await signedInAt(INSIDE, clinic, team.administrator)
  adam.ip = OUTSIDE
  for (const [route] of app.accessTable) {
    const [method = '', pattern = ''] = route.split(' ')
    if (OF_NOBODY.test(route) || WAYS_OUT.includes(route)) continue
    const url = pattern.replace(/:\w+/g, '1')
    const visit = await adam.send({ method, url, headers: { origin: adam.origin } })
    t.equal(visit.status, 403, `${route} answers ${visit.status}`)
    if (method !== 'HEAD') t.match(visit.text, TITLE, route)
  }
  t.equal((await adam.get('/no-such-page')).status, 403)
  adam.ip = INSIDE
  t.equal((await adam.get('/settings/users')).status, 200, 'back at the clinic the session goes on')
  adam.ip = OUTSIDE
  const out = await adam.post('/sign-out')
  t.same([out.status, out.location], [303, '/sign-in'])
  t.equal((await adam.get('/sign-in')).status, 200)
})

t.test('the page says which address it is, that the session goes on, and who can help', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { team } = clinic
  await limit(clinic, team.owner, ['receptionist'])
  const rosa = await signedInAt(INSIDE, clinic, team.receptionist)
  rosa.ip = OUTSIDE
  const { text, html } = await rosa.get('/my-details')
  t.match(text, OUTSIDE)
  t.match(text, 'An administrator at your clinic can help')
  t.match(text, 'You’re still signed in.')
  t.match(html, 'action="/sign-out"')
  t.notMatch(html, 'href="/my-details"', 'and leads to no page that is closed')
  t.notMatch(text, /Olivia|Adam/, 'a thief learns no names')
  rosa.ip = '::ffff:198.51.100.9'
  t.match((await rosa.get('/my-details')).text, `at is ${OUTSIDE}`)
})

t.test(
  'after the right password, and only then, sign-in from elsewhere says why it goes no further',
  async (t) => {
    const clinic = await testClinic(t, PROXY)
    const { app, db, team } = clinic
    await limit(clinic, team.owner, ['receptionist'])
    const { email } = team.receptionist
    const rosa = new Traveller(app, OUTSIDE)
    const wrong = await rosa.post('/sign-in', { email, password: 'not her password' })
    t.equal(wrong.status, 422)
    t.notMatch(wrong.text, TITLE)
    const refused = await rosa.signIn(team.receptionist)
    t.equal(refused.status, 403)
    t.match(refused.text, TITLE)
    t.notMatch(refused.text, 'You’re still signed in')
    t.match((await rosa.get('/my-details')).location, /^\/sign-in/, 'there is no session')
    const sessions = db.selectFrom('sessions').select('sessionId').where('userId', '=', team.receptionist.id)
    t.same(await sessions.execute(), [])
    const signedIn = db.selectFrom('events').select('id').where('action', '=', 'signed-in')
    t.same(await signedIn.execute(), [], 'and nothing says that she had signed in')
    rosa.ip = INSIDE
    t.equal((await rosa.signIn(team.receptionist)).location, '/')
  },
)

t.test('whoever leaves the clinic between the password and the code gets no session', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { app, team } = clinic
  const { phone } = await withApp(clinic, team.receptionist)
  await limit(clinic, team.owner, ['receptionist'])
  const rosa = new Traveller(app, OUTSIDE)
  t.equal((await rosa.signIn(team.receptionist)).status, 403, 'a code isn’t even asked for')
  rosa.ip = INSIDE
  t.equal((await rosa.signIn(team.receptionist)).location, '/sign-in/code')
  rosa.ip = OUTSIDE
  const code = phone.code()
  const refused = await rosa.post('/sign-in/code', { code })
  t.equal(refused.status, 403)
  t.match(refused.text, TITLE)
  t.match((await rosa.get('/my-details')).location, /^\/sign-in/)
  rosa.ip = INSIDE
  t.equal((await rosa.post('/sign-in/code', { code })).status, 303, 'back in time, they go on')
})

t.test('a passkey alone signs nobody in who is away from the clinic’s networks', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { app, db, team } = clinic
  const { device } = await withPasskey(clinic, team.receptionist)
  await limit(clinic, team.owner, ['receptionist'])
  const rosa = new Traveller(app, OUTSIDE)
  const refused = await signInWithPasskey(rosa, device)
  t.equal(refused.status, 403)
  t.match(refused.text, TITLE)
  t.match((await rosa.get('/my-details')).location, /^\/sign-in/)
  const signedIn = db.selectFrom('sessions').select('sessionId').where('secondStep', '=', 'passkey')
  t.same((await signedIn.where('ip', '=', OUTSIDE).execute()).length, 0)
  rosa.ip = INSIDE
  t.equal((await signInWithPasskey(rosa, device)).location, '/')
})

t.test('whoever leaves the clinic before the last step of a first set-up sets up nothing', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { app, db, team } = clinic
  await limit(clinic, team.owner, ['receptionist'])
  await db.updateTable('clinics').set({ twoStep: 'everybody', twoStepFrom: '2026-01-01' }).execute()
  const rosa = new Traveller(app, INSIDE)
  await rosa.signIn(team.receptionist)
  const link = await setUpPath(clinic, team.receptionist)
  rosa.ip = OUTSIDE
  await rosa.follow(await rosa.get(link))
  const password = { currentPassword: DEMO_PASSWORD }
  const early = await rosa.post('/set-up-second-step', password)
  t.equal(early.status, 403)
  t.match(early.text, TITLE)
  rosa.ip = INSIDE
  t.equal((await rosa.post('/set-up-second-step', password)).location, '/set-up-second-step/app')
  const phone = new Phone(await rosa.get('/set-up-second-step/app'))
  const typed = { code: phone.code(), label: '' }
  rosa.ip = OUTSIDE
  const refused = await rosa.post('/set-up-second-step/app', typed)
  t.equal(refused.status, 403)
  t.match(refused.text, TITLE)
  t.same(await db.selectFrom('codeApps').selectAll().execute(), [])
  t.match((await rosa.get('/my-details')).location, /^\/sign-in/)
  rosa.ip = INSIDE
  t.equal((await rosa.post('/set-up-second-step/app', typed)).status, 303, 'back in time, they go on')
})

t.test('owners, other roles and those who may sign in from anywhere are never shut out', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { db, team } = clinic
  await limit(clinic, team.owner, ['administrator', 'receptionist'])
  await db.updateTable('users').set({ anywhere: true }).where('id', '=', team.receptionist.id).execute()
  for (const user of [team.owner, team.receptionist, team.scheduler]) {
    const visitor = await signedInAt(OUTSIDE, clinic, user)
    t.equal((await visitor.get('/my-details')).status, 200, user.firstName)
  }
  await db.updateTable('users').set({ anywhere: false }).where('id', '=', team.receptionist.id).execute()
  t.equal((await signedInAt(OUTSIDE, clinic, team.receptionist)).cookies.size, 0)
})

t.test('any of the clinic’s networks will do, IPv4, IPv6, or IPv4 that arrives as IPv6', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { team } = clinic
  await limit(clinic, team.owner, ['receptionist'])
  const rosa = await signedInAt(INSIDE, clinic, team.receptionist)
  for (const [ip, status] of [
    ['203.0.113.0', 200],
    ['203.0.113.255', 200],
    ['203.0.114.0', 403],
    ['::ffff:203.0.113.9', 200],
    ['2001:db8:1:ffff::9', 200],
    ['2001:db8:2::9', 403],
    ['[2001:db8:1::9]:443', 200],
    ['unknown', 403],
    ['', 403],
  ] as const) {
    rosa.ip = ip
    t.equal((await rosa.get('/my-details')).status, status, ip)
  }
  t.match((await rosa.get('/my-details')).text, 'We can’t see the address you’re at.')
})

t.test('without TRUST_PROXY, nobody gets in by saying that they are elsewhere', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  await limit(clinic, team.owner, ['receptionist'], ['203.0.113.0/24'])
  const liar = new Traveller(clinic.app, INSIDE)
  const refused = await liar.signIn(team.receptionist)
  t.equal(refused.status, 403)
  t.match(refused.text, 'The address you’re at is 127.0.0.1')
  await limit(clinic, team.owner, ['receptionist'], ['127.0.0.1/32'])
  liar.ip = OUTSIDE
  t.equal((await liar.signIn(team.receptionist)).location, '/', 'and nobody is kept out by it')
  t.equal((await liar.get('/my-details')).status, 200)
})

t.test('an invitation waits until the person is at the clinic', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { app, db, team } = clinic
  await limit(clinic, team.owner, [team.invited.role])
  const link = await joinPath(db, clinic.config, team.invited)
  const invited = new Traveller(app, OUTSIDE)
  t.equal((await invited.follow(await invited.get(link))).status, 403)
  const refused = await invited.post('/join', { password: DEMO_PASSWORD })
  t.equal(refused.status, 403)
  t.match(refused.text, TITLE)
  const joined = db.selectFrom('users').select('joinedAt').where('id', '=', team.invited.id)
  t.equal((await joined.executeTakeFirstOrThrow()).joinedAt, null)
  invited.ip = INSIDE
  t.equal((await invited.post('/join', { password: 'four unrelated words of hers' })).location, '/my-details')
  invited.ip = OUTSIDE
  t.equal((await invited.get('/my-details')).status, 403)
})

t.test('refused accesses are kept once for each person, address and hour', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { db, team } = clinic
  await limit(clinic, team.owner, ['receptionist'])
  const rosa = await signedInAt(INSIDE, clinic, team.receptionist)
  const refusals = () =>
    db
      .selectFrom('events')
      .select(['actorId', 'subjectId', 'ip'])
      .where('action', '=', 'networks.refused')
      .orderBy('id')
      .execute()
  for (const ip of [OUTSIDE, OUTSIDE, '198.51.100.10', OUTSIDE]) {
    rosa.ip = ip
    await Promise.all([rosa.get('/my-details'), rosa.get('/')])
  }
  await rosa.signIn(team.receptionist)
  const { id } = team.receptionist
  t.same(await refusals(), [
    { actorId: id, subjectId: id, ip: OUTSIDE },
    { actorId: id, subjectId: id, ip: '198.51.100.10' },
  ])
  await db.updateTable('throttles').set({ blockedUntil: new Date() }).execute()
  await rosa.get('/my-details')
  t.equal((await refusals()).length, 3, 'and again in the next hour')
  const adam = await signedInAt(INSIDE, clinic, team.administrator)
  t.match((await adam.get('/settings/activity')).text, 'was kept out, away from the clinic’s networks')
})

t.test('one clinic’s networks neither open nor close another’s', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { app, team } = clinic
  const others = await secondClinic(clinic)
  await limit(clinic, team.owner, ['receptionist'], ['192.0.2.0/24'])
  await limit(clinic, others.owner, [], ['203.0.113.0/24'])
  const rosa = new Traveller(app, INSIDE, HARBOUR)
  t.equal((await rosa.signIn(team.receptionist)).status, 403)
  rosa.ip = '192.0.2.1'
  t.equal((await rosa.signIn(team.receptionist)).location, '/')
})
