import { randomBytes } from 'node:crypto'
import { buildApp } from '../../src/app.ts'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { useCode } from '../../src/sessions/code-apps.ts'
import { testClinic } from '../support/app.ts'
import { asApp } from '../support/isolation.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import { halfSignedIn, Phone, SECOND_STEP, setUpApp, withApp } from '../support/second-step.ts'
import t from '../support/tap.ts'
import { hidden, Visitor } from '../support/visitor.ts'

t.test('someone sets up an app, and signs in with their password and a code', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  const { phone, codes } = await withApp(clinic, receptionist)
  t.equal(new Set(codes).size, 10)
  const visitor = await halfSignedIn(clinic, receptionist)
  const page = await visitor.get('/sign-in/code')
  t.match(page.text, receptionist.email)
  const done = await visitor.post('/sign-in/code', { code: phone.code() })
  t.same([done.status, done.location], [303, '/'])
  t.equal((await visitor.get('/my-details')).status, 200)
})

t.test('a code works once, and so does every older one', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  const { phone } = await withApp(clinic, receptionist)
  const code = phone.code()
  t.equal((await (await halfSignedIn(clinic, receptionist)).post('/sign-in/code', { code })).status, 303)
  const again = await (await halfSignedIn(clinic, receptionist)).post('/sign-in/code', { code })
  t.equal(again.status, 422)
  t.match(again.text, 'That code has been used. Wait for the next one')
  const older = await (await halfSignedIn(clinic, receptionist)).post('/sign-in/code', {
    code: phone.codeAt(-1),
  })
  t.equal(older.status, 422)
})

t.test('the same code twice at once lets one in', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  const { phone } = await withApp(clinic, receptionist)
  const code = phone.code()
  const browsers = [await halfSignedIn(clinic, receptionist), await halfSignedIn(clinic, receptionist)]
  const visits = await Promise.all(browsers.map((browser) => browser.post('/sign-in/code', { code })))
  t.same(visits.map(({ status }) => status).sort(), [303, 422])
})

t.test('the same recovery code twice at once lets one in, and its owner is told', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  const { codes } = await withApp(clinic, receptionist)
  const typed = { recoveryCode: (codes[0] ?? '').toLowerCase().replaceAll(' ', '-').replaceAll('0', 'o') }
  const browsers = [await halfSignedIn(clinic, receptionist), await halfSignedIn(clinic, receptionist)]
  const visits = await Promise.all(browsers.map((browser) => browser.post('/sign-in/recovery', typed)))
  t.same(visits.map(({ status }) => status).sort(), [303, 422])
  t.ok(
    visits.some(({ location }) => location === SECOND_STEP),
    'to set up a new phone',
  )
  const told = clinic.db
    .selectFrom('emails')
    .select('secondStepChange')
    .where('kind', '=', 'second step changed')
  t.same(
    (await told.execute()).map((email) => email.secondStepChange),
    ['app added', 'code used'],
  )
})

t.test('whoever has shown only their password is nobody, wherever they go', async (t) => {
  const clinic = await testClinic(t)
  const { administrator } = clinic.team
  await withApp(clinic, administrator)
  const half = await halfSignedIn(clinic, administrator)
  const guest = new Visitor(clinic.app)
  for (const [route, access] of clinic.app.accessTable) {
    const [method = '', pattern = ''] = route.split(' ')
    if (access === 'anyone' || pattern.startsWith('/sign-in') || pattern.startsWith('/set-up-second-step'))
      continue
    const url = pattern.replace(/:\w+/g, '1').replace('*', 'x')
    if (method !== 'GET' && method !== 'POST') continue
    const ask = (visitor: Visitor) => (method === 'GET' ? visitor.get(url) : visitor.post(url, {}))
    const [as, expected] = [await ask(half), await ask(guest)]
    // Only a browser without a cookie is asked whether it takes any.
    const location = expected.location?.replace('&cookies=none', '')
    t.same([as.status, as.location], [expected.status, location], route)
  }
  t.equal((await half.get('/sign-in/code')).status, 200, 'and can still go on')
})

t.test('the second step cannot be taken without the password', async (t) => {
  const clinic = await testClinic(t)
  const { phone, codes } = await withApp(clinic, clinic.team.receptionist)
  const guest = new Visitor(clinic.app)
  const tries: [string, Record<string, string>][] = [
    ['/sign-in/code', { code: phone.code() }],
    ['/sign-in/recovery', { recoveryCode: codes[0] ?? '' }],
    ['/sign-in/help', {}],
    ['/set-up-second-step/app', { code: '123456', label: '' }],
  ]
  for (const [path, fields] of tries) {
    const visit = await guest.post(path, fields)
    t.same([visit.status, visit.location], [303, '/sign-in'], path)
    t.equal((await guest.get(path)).location, '/sign-in', path)
  }
  t.equal((await guest.get('/my-details')).status, 303)
})

t.test('a code of somebody else opens nothing', async (t) => {
  const clinic = await testClinic(t)
  const { administrator, receptionist } = clinic.team
  const theirs = await withApp(clinic, administrator)
  await withApp(clinic, receptionist)
  const half = await halfSignedIn(clinic, receptionist)
  t.equal((await half.post('/sign-in/code', { code: theirs.phone.code() })).status, 422)
  t.equal((await half.post('/sign-in/recovery', { recoveryCode: theirs.codes[0] ?? '' })).status, 422)
})

t.test('wrong codes are counted for the person: new browsers and right passwords win no tries', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  const { phone } = await withApp(clinic, receptionist)
  const statuses: number[] = []
  for (let nth = 0; nth < 7; nth++) {
    const half = await halfSignedIn(clinic, receptionist)
    statuses.push((await half.post('/sign-in/code', { code: phone.codeAt(5) })).status)
  }
  t.same(statuses.slice(0, 5), [422, 422, 422, 422, 422])
  t.equal(statuses.at(-1), 429)
  const told = clinic.db.selectFrom('emails').select('lockReason').where('kind', '=', 'account locked')
  t.same(
    (await told.execute()).map(({ lockReason }) => lockReason),
    ['codes'],
    'the person is told, once',
  )
  const late = await (await halfSignedIn(clinic, receptionist)).post('/sign-in/code', { code: phone.code() })
  t.equal(late.status, 429, 'a right code has to wait, too')
  await clinic.db.updateTable('throttles').set({ failures: 50 }).where('key', 'like', 'two-step:%').execute()
  const closed = await (await halfSignedIn(clinic, receptionist)).post('/sign-in/code', {
    code: phone.code(),
  })
  t.match(closed.text, 'Ask an administrator at your clinic to reset your two-step sign-in.')
})

t.test(
  'a phone whose clock is wrong is told by how much, but not of a code that is still to come',
  async (t) => {
    const clinic = await testClinic(t)
    const { receptionist } = clinic.team
    const rosa = await signedIn(clinic, receptionist)
    await pressAndVerify(rosa, `${SECOND_STEP}/app/start`)
    const phone = new Phone(await rosa.get(`${SECOND_STEP}/app`))
    for (const [steps, how] of [
      [8, 'fast'],
      [-8, 'slow'],
    ] as const) {
      const typed = { code: phone.codeAt(steps), label: '' }
      const page = await rosa.post(`${SECOND_STEP}/app`, typed)
      t.match(page.text, `a phone whose clock is about 4 minutes ${how}`)
    }
    await rosa.post(`${SECOND_STEP}/app`, { code: phone.code(), label: '' })
    const half = await halfSignedIn(clinic, receptionist)
    const slow = await half.post('/sign-in/code', { code: phone.codeAt(-8) })
    t.equal(slow.status, 422)
    t.match(slow.text, 'a phone whose clock is about 4 minutes slow')
    const fast = await half.post('/sign-in/code', { code: phone.codeAt(8) })
    t.equal(fast.status, 422)
    t.match(fast.text, 'That code isn’t right.')
    t.notMatch(fast.text, 'a phone whose clock')
  },
)

t.test('a new password ends a sign-in that waits for its code', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  const { phone, visitor } = await withApp(clinic, receptionist)
  const half = await halfSignedIn(clinic, receptionist)
  const password = 'quiet harbour lantern seven'
  t.equal(
    (await visitor.post('/my-details/password', { currentPassword: DEMO_PASSWORD, password })).status,
    303,
  )
  t.equal((await half.post('/sign-in/code', { code: phone.code() })).location, '/sign-in')
  t.equal((await half.get('/my-details')).status, 303)
})

t.test('setting up an app ends the sessions that began without it', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  const other = await signedIn(clinic, receptionist)
  const { visitor } = await withApp(clinic, receptionist)
  t.equal((await other.get('/my-details')).status, 303)
  t.equal((await visitor.get('/my-details')).status, 200)
})

t.test('nobody sets up another app with a stolen session: it takes the password and a code', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  const { visitor, phone } = await withApp(clinic, receptionist)
  await clinic.db
    .updateTable('sessions')
    .set({ secondStepAt: new Date(Date.now() - 16 * 60_000) })
    .where('secondStep', 'is not', null)
    .execute()
  t.equal((await visitor.get(`${SECOND_STEP}/app`)).location, SECOND_STEP, 'nothing is shown before')
  const asked = await visitor.post(`${SECOND_STEP}/app/start`)
  t.match(asked.html, 'name="code"')
  const signedForm = hidden(asked, 'signedForm')
  const tries = [{}, { code: '' }, { code: phone.codeAt(5) }]
  for (const code of tries) {
    const refused = await visitor.post(`${SECOND_STEP}/app/start`, {
      ...{ signedForm, currentPassword: DEMO_PASSWORD },
      ...code,
    })
    t.equal(refused.status, 422, JSON.stringify(code))
  }
  t.equal((await visitor.get(`${SECOND_STEP}/app`)).location, SECOND_STEP)
  const right = { signedForm, currentPassword: DEMO_PASSWORD, code: phone.code() }
  t.equal((await visitor.post(`${SECOND_STEP}/app/start`, right)).status, 303)
  const second = new Phone(await visitor.get(`${SECOND_STEP}/app`))
  t.equal((await visitor.post(`${SECOND_STEP}/app`, { code: second.code(), label: 'Tablet' })).status, 303)
  const half = await halfSignedIn(clinic, receptionist)
  t.equal((await half.post('/sign-in/code', { code: phone.code() })).status, 303, 'the first one still works')
})

t.test('the wanted page and an interrupted form outlast the second step', async (t) => {
  const clinic = await testClinic(t)
  const { administrator } = clinic.team
  const { phone } = await withApp(clinic, administrator)
  const visitor = new Visitor(clinic.app)
  const typed = { firstName: 'Rosa', lastName: 'Delgado', personEmail: 'rosa@clinic.example' }
  const interrupted = await visitor.post('/settings/users', {
    ...typed,
    role: 'receptionist',
    isPractitioner: 'no',
  })
  t.equal(interrupted.status, 401)
  const { email } = administrator
  const signIn = { email, password: DEMO_PASSWORD, interrupted: hidden(interrupted, 'interrupted') }
  t.equal((await visitor.post('/sign-in', signIn)).location, '/sign-in/code')
  const done = await visitor.post('/sign-in/code', { code: phone.code() })
  t.equal(done.location, '/continue')
  t.match((await visitor.get('/continue')).html, 'action="/settings/users"')

  const other = new Visitor(clinic.app)
  await other.post('/sign-in', { email, password: DEMO_PASSWORD, next: '/settings/roles' })
  t.equal((await other.post('/sign-in/code', { code: phone.code() })).location, '/settings/roles')
})

t.test('a forgotten password takes nothing of the second step away', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  await withApp(clinic, receptionist)
  const before = await clinic.db.selectFrom('codeApps').selectAll().execute()
  await clinic.db
    .updateTable('users')
    .set({ passwordHash: await clinic.passwords.hash('another lantern harbour') })
    .where('id', '=', receptionist.id)
    .execute()
  const visitor = new Visitor(clinic.app)
  const visit = await visitor.post('/sign-in', {
    email: receptionist.email,
    password: 'another lantern harbour',
  })
  t.equal(visit.location, '/sign-in/code')
  t.same(await clinic.db.selectFrom('codeApps').selectAll().execute(), before)
})

t.test('someone without phone and codes asks an administrator, who is told once a day', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  await withApp(clinic, receptionist)
  for (const _ of [1, 2]) {
    const half = await halfSignedIn(clinic, receptionist)
    t.match((await half.get('/sign-in/help')).text, 'An administrator at your clinic can reset')
    t.match((await half.post('/sign-in/help')).text, 'We’ve told an administrator')
  }
  const asked = clinic.db
    .selectFrom('emails')
    .select(['recipient', 'aboutUserId'])
    .where('kind', '=', 'second step asked for')
  const told = await asked.execute()
  t.ok(told.length > 0)
  t.equal(new Set(told.map(({ recipient }) => recipient)).size, told.length)
  t.ok(
    told.every(
      ({ aboutUserId, recipient }) => aboutUserId === receptionist.id && recipient !== receptionist.email,
    ),
  )
})

t.test('recovery codes that no longer work are shown nowhere', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  const { visitor, phone } = await withApp(clinic, receptionist)
  const other = await halfSignedIn(clinic, receptionist)
  await other.post('/sign-in/code', { code: phone.code() })
  const page = `${SECOND_STEP}/recovery-codes`
  for (const browser of [visitor, other]) await pressAndVerify(browser, page)
  t.equal((await visitor.get(page)).location, SECOND_STEP, 'nobody prints them')
  t.match((await other.get(page)).html, /<li>\w{4} \w{4}/)
})

t.test('removing the only app turns it off, and its recovery codes are gone', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  const { visitor } = await withApp(clinic, receptionist)
  const { id } = await clinic.db.selectFrom('codeApps').select('id').executeTakeFirstOrThrow()
  const removed = await pressAndVerify(visitor, `${SECOND_STEP}/${id}/remove`)
  t.equal(removed.location, SECOND_STEP)
  const row = await clinic.db.selectFrom('codeApps').selectAll().executeTakeFirstOrThrow()
  t.equal(row.secret, null, 'the row stays, without its secret')
  t.same(await clinic.db.selectFrom('recoveryCodes').selectAll().execute(), [])
  const again = new Visitor(clinic.app)
  t.equal((await again.signIn(receptionist)).location, '/')
  t.equal((await setUpApp(again)).codes.length, 10)
})

t.test(
  'fifty wrong codes from fifty browsers at two processes close it, and its owner gets one email',
  async (t) => {
    const clinic = await testClinic(t)
    const { db, config, passwords } = clinic
    const { receptionist } = clinic.team
    const { phone } = await withApp(clinic, receptionist)
    const other = await buildApp({ config, db: asApp(db), passwords, logger: false })
    t.teardown(() => other.close())
    const wrong = phone.codeAt(9)
    const answers: number[] = []
    for (let nth = 0; nth < 52; nth++) {
      // As if everybody had waited as long as was asked of them.
      await db
        .updateTable('throttles')
        .set({ blockedUntil: new Date(0) })
        .execute()
      const half = await halfSignedIn({ ...clinic, app: nth % 2 ? other : clinic.app }, receptionist)
      answers.push((await half.post('/sign-in/code', { code: wrong })).status)
    }
    t.same(answers.slice(0, 50), Array(50).fill(422))
    t.same(answers.slice(50), [429, 429])
    const right = await halfSignedIn(clinic, receptionist)
    t.equal(
      (await right.post('/sign-in/code', { code: phone.code() })).status,
      429,
      'the right one opens nothing any more',
    )
    const told = db.selectFrom('emails').select('lockReason').where('kind', '=', 'account locked')
    t.same(await told.execute(), [{ lockReason: 'codes' }])
  },
)

t.test(
  'a process that dies between the right code and the session costs a new code, and no more',
  async (t) => {
    const clinic = await testClinic(t)
    const { receptionist } = clinic.team
    const { phone } = await withApp(clinic, receptionist)
    const code = phone.code()
    const half = await halfSignedIn(clinic, receptionist)
    const keys = clinic.config.keys['two-step']
    t.same(await useCode(clinic.db, keys, receptionist, code), { isRight: true }, 'and then it dies')
    t.equal((await half.post('/sign-in/code', { code })).status, 422)
    t.equal((await half.post('/sign-in/code', { code: phone.code() })).status, 303, 'in the same browser')
  },
)

t.test('an app that is used while SECRET is rotated needs the old one no longer', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  const { phone } = await withApp(clinic, receptionist)
  const [current] = clinic.config.keys['two-step']
  const next = randomBytes(32)
  t.same(await useCode(clinic.db, [next], receptionist, phone.code()), {
    ...{ isRight: false, isUsed: false, clockOff: null },
  })
  t.same(await useCode(clinic.db, [next, current], receptionist, phone.code()), { isRight: true })
  await clinic.db.updateTable('codeApps').set({ lastUsedStep: 0 }).execute()
  t.same(await useCode(clinic.db, [next], receptionist, phone.codeAt(0)), { isRight: true })
})
