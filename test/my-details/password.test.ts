import { deviceWords } from '../../src/words/devices.ts'
import { testClinic } from '../support/app.ts'
import { pressAndVerify } from '../support/press.ts'
import t from '../support/tap.ts'
import { hidden, Visitor } from '../support/visitor.ts'

const CURRENT = 'correct horse battery'
const PASSWORD = 'seven green parrots'
const CHROMIUM =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chromium/142.0 Chrome/142.0 Safari/537.36'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'

t.test(
  'a receptionist changes her own password; her other devices are signed out, this one is not',
  async (t) => {
    const { app, db, team } = await testClinic(t)
    const [rosa, phone] = [new Visitor(app), new Visitor(app)]
    await rosa.signIn(team.receptionist)
    await phone.signIn(team.receptionist)
    const stolen = new Visitor(app)
    for (const [name, value] of rosa.cookies) stolen.cookies.set(name, value)
    t.match(await rosa.get('/.well-known/change-password'), { status: 303, location: '/my-details/password' })
    t.match((await rosa.get('/my-details/password')).html, 'autocomplete="new-password"')
    const done = await rosa.post('/my-details/password', { currentPassword: CURRENT, password: PASSWORD })
    t.match(done, { status: 303, location: '/my-details' })
    t.match(
      (await rosa.follow(done)).text,
      'Your password has been changed. Your other devices have been signed out.',
    )
    t.match((await phone.get('/my-details')).location, /^\/sign-in/)
    t.match((await stolen.get('/my-details')).location, /^\/sign-in/, 'the old token of this session is dead')
    t.equal((await new Visitor(app).signIn(team.receptionist)).status, 422)
    t.equal((await new Visitor(app).signIn(team.receptionist, PASSWORD)).status, 303)
    const emails = db.selectFrom('emails').select(['kind', 'recipient']).where('kind', '!=', 'new browser')
    t.match(await emails.where('userId', '=', team.receptionist.id).execute(), [
      { kind: 'password changed', recipient: team.receptionist.email },
    ])
    const events = db.selectFrom('events').select(['actorId', 'subjectId'])
    t.match(await events.where('action', '=', 'password.changed').execute(), [
      { actorId: team.receptionist.id, subjectId: team.receptionist.id },
    ])
  },
)

t.test(
  'a wrong current password, a bad new one, a stranger and a foreign origin change nothing',
  async (t) => {
    const { app, db, team } = await testClinic(t)
    const form = { currentPassword: CURRENT, password: PASSWORD }
    const rosa = new Visitor(app)
    t.equal((await rosa.post('/my-details/password', form)).status, 401, 'signed out')
    await rosa.signIn(team.receptionist)
    const user = db.selectFrom('users').selectAll().where('id', '=', team.receptionist.id)
    const before = await user.executeTakeFirstOrThrow()
    for (const password of ['', 'fourteen chars', 'passwordpassword', 'rosa delgado rosa', CURRENT]) {
      const answer = await rosa.post('/my-details/password', { ...form, password })
      t.equal(answer.status, 422, password)
      t.match(answer.html, 'href="#password"', password)
    }
    t.match((await rosa.post('/my-details/password', { password: PASSWORD })).text, 'Enter your password.')
    t.equal((await rosa.post('/my-details/password', form, { origin: 'https://evil.example' })).status, 403)
    t.equal((await rosa.post('/my-details/password', { ...form, userId: team.owner.id })).status, 422)
    for (let wrong = 1; wrong < 5; wrong++) {
      const answer = await rosa.post('/my-details/password', { ...form, currentPassword: `wrong ${wrong}` })
      t.match(answer, { status: 422 })
      t.match(answer.text, 'Incorrect password. Nothing has been changed.')
    }
    const fifth = await rosa.post('/my-details/password', { ...form, currentPassword: 'wrong again' })
    t.match(fifth, { status: 303, location: '/sign-in' })
    t.match((await rosa.get('/my-details')).location, /^\/sign-in/, 'five in a row end the session')
    t.match(await user.executeTakeFirstOrThrow(), { passwordHash: before.passwordHash })
  },
)

t.test('of several changes at the same moment one wins, and it is the one that signs in', async (t) => {
  const { app, db, team, passwords } = await testClinic(t)
  const visitors = Array.from({ length: 4 }, () => new Visitor(app))
  for (const visitor of visitors) await visitor.signIn(team.receptionist)
  const answers = await Promise.all(
    visitors.map((visitor, n) =>
      visitor.post('/my-details/password', {
        currentPassword: CURRENT,
        password: `parrot number ${n} sings`,
      }),
    ),
  )
  const winners = answers.flatMap(({ location }, n) => (location === '/my-details' ? [n] : []))
  t.equal(winners.length, 1)
  const user = db.selectFrom('users').select('passwordHash').where('id', '=', team.receptionist.id)
  const { passwordHash } = await user.executeTakeFirstOrThrow()
  t.ok(await passwords.verify(`parrot number ${winners[0]} sings`, passwordHash))
  const signedIn = await Promise.all(visitors.map((visitor) => visitor.get('/my-details')))
  t.same(
    signedIn.flatMap(({ status }, n) => (status === 200 ? [n] : [])),
    winners,
  )
})

t.test('a receptionist sees her devices and signs out one, then all others, and nobody else’s', async (t) => {
  const { app, db, team } = await testClinic(t)
  const [rosa, phone, tablet, owner] = [
    new Visitor(app),
    new Visitor(app),
    new Visitor(app),
    new Visitor(app),
  ]
  const form = { email: team.receptionist.email, password: CURRENT }
  await rosa.post('/sign-in', form, { 'user-agent': CHROMIUM })
  await phone.post('/sign-in', form, { 'user-agent': IPHONE })
  await tablet.post('/sign-in', form)
  await owner.signIn(team.owner)
  const page = await rosa.get('/my-details')
  t.match(page.text, 'This device Chromium on Linux, last active just now')
  t.match(page.text, 'Another device Safari on iPhone, last active just now')
  const sessionIdOf = async (userId: string, words: string) => {
    const rows = await db.selectFrom('sessions').selectAll().where('userId', '=', userId).execute()
    return rows.find((row) => row.userAgent?.includes(words))?.sessionId
  }
  const url = (sessionId: string | undefined) => `/my-details/sessions/${sessionId}/sign-out`
  const foreign = { origin: 'https://evil.example' }
  const phones = url(await sessionIdOf(team.receptionist.id, 'iPhone'))
  t.equal((await rosa.post(phones, {}, foreign)).status, 403)
  t.equal((await owner.post(phones)).status, 404, 'not the owner’s to end')
  t.equal((await rosa.post(url('nonsense'))).status, 404)
  t.equal((await phone.get('/my-details')).status, 200)
  const asked = await rosa.post(phones)
  t.match(asked.text, 'Verify your password')
  t.match(asked.text, 'Safari on iPhone')
  t.equal((await phone.get('/my-details')).status, 200, 'not before the password is verified')
  const change = { signedForm: hidden(asked, 'signedForm'), currentPassword: '', change: 'yes' }
  t.match(await rosa.post(phones, change), { status: 303, location: '/my-details' })
  t.equal((await phone.get('/my-details')).status, 200, 'nor after Cancel')
  t.match((await rosa.follow(await pressAndVerify(rosa, phones))).text, 'That device has been signed out.')
  t.match((await phone.get('/my-details')).location, /^\/sign-in/)

  t.equal((await rosa.post('/my-details/sessions/sign-out', {}, foreign)).status, 403)
  t.equal((await tablet.get('/my-details')).status, 200)
  t.match((await rosa.post('/my-details/sessions/sign-out')).text, 'Verify your password')
  t.equal((await tablet.get('/my-details')).status, 200)
  const ended = await rosa.follow(await pressAndVerify(rosa, '/my-details/sessions/sign-out'))
  t.match(ended.text, 'Your other devices have been signed out.')
  t.notMatch(ended.text, 'Another device')
  t.match((await tablet.get('/my-details')).location, /^\/sign-in/)
  t.equal((await owner.get('/my-details')).status, 200)

  const own = await rosa.post(url(await sessionIdOf(team.receptionist.id, 'Chromium')))
  t.match(own, { location: '/sign-in' }, 'no password is asked to leave the device one sits at')
  t.match((await rosa.get('/my-details')).location, /^\/sign-in/)
})

t.test('devices are called by the names that people know', async (t) => {
  t.equal(deviceWords(CHROMIUM), 'Chromium on Linux')
  t.equal(deviceWords(IPHONE), 'Safari on iPhone')
  t.equal(
    deviceWords('Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0'),
    'Edge on Windows',
  )
  t.equal(deviceWords('Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15) Firefox/140.0'), 'Firefox on macOS')
  t.equal(deviceWords(null), 'Unknown browser')
  t.equal(deviceWords('<script>'), 'Unknown browser')
})
