import type { User } from '../../src/database/schema.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import { confirmPath } from '../support/email-changes.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

async function emailOf({ db }: TestClinic, { id }: User): Promise<string> {
  return (await db.selectFrom('users').select('email').where('id', '=', id).executeTakeFirstOrThrow()).email
}

t.test(
  'a receptionist changes their own address: password, confirmation, and other devices are out',
  async (t) => {
    const clinic = await testClinic(t)
    const { app, db, team } = clinic
    const rosa = await signedIn(clinic, team.receptionist)
    const phone = await signedIn(clinic, team.receptionist)
    t.match((await rosa.get('/my-details')).text, 'Change your email address')
    await pressAndVerify(rosa, '/my-details/email', { personEmail: 'rosa.vega@harbour.example' })
    t.match(
      (await rosa.get('/my-details')).text,
      /Waiting for rosa\.vega@harbour\.example to be confirmed \(expires/,
    )
    t.equal(await emailOf(clinic, team.receptionist), team.receptionist.email)
    const emails = await db
      .selectFrom('emails')
      .select(['kind', 'recipient'])
      .where('userId', '=', team.receptionist.id)
      .where('emailChangeId', 'is not', null)
      .orderBy('id')
      .execute()
    t.same(emails, [
      { kind: 'email change', recipient: 'rosa.vega@harbour.example' },
      { kind: 'email change requested', recipient: team.receptionist.email },
    ])

    const link = await confirmPath(clinic.db, clinic.config)
    const fresh = new Visitor(app)
    const asksToSignIn = await fresh.follow(await fresh.get(link))
    t.match(asksToSignIn.text, 'Rosa, sign in with your current address to confirm the new one.')
    const entered = await fresh.post('/sign-in', {
      email: team.receptionist.email,
      password: 'right horse battery',
      next: '/confirm-email',
    })
    t.equal(entered.status, 422, 'a stranger with the mailbox gets nothing')
    await fresh.signIn(team.receptionist)
    const page = await fresh.get('/confirm-email')
    t.match(page.text, /Confirm your new email address .*rosa\.vega@harbour\.example/)
    const done = await fresh.follow(await fresh.post('/confirm-email'))
    t.match(done.text, 'You now sign in with rosa.vega@harbour.example.')
    t.equal(await emailOf(clinic, team.receptionist), 'rosa.vega@harbour.example')
    for (const other of [rosa, phone]) t.match((await other.get('/my-details')).location, /^\/sign-in/)
    t.match(await fresh.get('/confirm-email'), { status: 410 })
    t.equal((await new Visitor(app).signIn({ email: 'rosa.vega@harbour.example' })).status, 303)
    t.equal((await new Visitor(app).signIn(team.receptionist)).status, 422)
  },
)

t.test('an administrator asks for another’s address, and only that person confirms it', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const path = `/settings/users/${team.scheduler.id}`
  t.match((await adam.get(`${path}/address`)).text, /Change .+’s email address/)
  await pressAndVerify(adam, `${path}/address`, { personEmail: 'sam.new@harbour.example' })
  t.match((await adam.get(path)).text, /Waiting for sam\.new@harbour\.example to be confirmed/)
  const link = await confirmPath(clinic.db, clinic.config)
  const wrong = await adam.follow(await adam.get(link))
  t.match(wrong.text, /You’re signed in as Adam .*This link is for Sven/)
  t.equal((await adam.post('/confirm-email')).status, 200)
  t.equal(await emailOf(clinic, team.scheduler), team.scheduler.email)
  t.match((await adam.follow(await adam.post('/confirm-email/sign-out'))).text, 'sign in with your current')
  await adam.signIn(team.scheduler)
  t.equal((await adam.post('/confirm-email')).status, 303)
  t.equal(await emailOf(clinic, team.scheduler), 'sam.new@harbour.example')
})

t.test('a pending address is withdrawn by an administrator, by oneself, and only once', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const path = `/settings/users/${team.scheduler.id}`
  await pressAndVerify(adam, `${path}/address`, { personEmail: 'sam.new@harbour.example' })
  const link = await confirmPath(clinic.db, clinic.config)
  const sam = await signedIn(clinic, team.scheduler)
  t.match((await sam.get('/my-details')).text, 'Cancel email change')
  t.match((await sam.follow(await sam.post('/my-details/email/withdrawal'))).text, 'Email change cancelled.')
  t.match(
    (await adam.follow(await adam.post(`${path}/address/withdrawal`))).text,
    'There’s no pending email change',
  )
  t.match(await sam.follow(await sam.get(link)), { status: 410, text: /This link no longer works/ })
})

t.test('a stolen session changes no address, and scanners confirm none', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  const rosa = await signedIn(clinic, team.receptionist)
  await rosa.post('/my-details/email', { personEmail: 'thief@evil.example' })
  t.equal(
    (await db.selectFrom('emailChanges').select('id').execute()).length,
    0,
    'asks for the password first',
  )
  await pressAndVerify(rosa, '/my-details/email', { personEmail: 'rosa@new.example' })
  const link = await confirmPath(clinic.db, clinic.config)
  const scanner = new Visitor(app)
  for (let opened = 0; opened < 3; opened++) await scanner.follow(await scanner.get(link))
  await scanner.post('/confirm-email')
  await new Visitor(app).post('/confirm-email')
  await rosa.post('/confirm-email', {}, { origin: 'https://evil.example' })
  t.equal(await emailOf(clinic, team.receptionist), team.receptionist.email)
})

t.test('whose address it is, a receptionist is not told, and an administrator is', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const taken = { personEmail: team.owner.email }
  const rosa = await pressAndVerify(await signedIn(clinic, team.receptionist), '/my-details/email', taken)
  t.match(rosa, { status: 422, text: /Someone else at your clinic has this email address\./ })
  t.notMatch(rosa.text, 'Olivia')
  const adam = await pressAndVerify(await signedIn(clinic, team.administrator), '/my-details/email', taken)
  t.match(adam, { status: 422, text: /Olivia .* already has this email address/ })
})

t.test('bad addresses are told at the field and change nothing', async (t) => {
  const clinic = await testClinic(t)
  const { db, team, stranger } = { ...clinic, stranger: '999999' }
  const adam = await signedIn(clinic, team.administrator)
  for (const personEmail of [
    '',
    'no',
    'a\0@b.example',
    `${'x'.repeat(10_000)}@b.example`,
    'a@b.example\nBcc: c',
  ])
    for (const path of ['/my-details/email', `/settings/users/${team.scheduler.id}/address`]) {
      const refused = await adam.post(path, { personEmail })
      t.match(refused, { status: 422, html: /href="#personEmail"/ }, `${path} ${personEmail.slice(0, 12)}`)
    }
  t.equal(
    (await adam.post(`/settings/users/${stranger}/address`, { personEmail: 'a@b.example' })).status,
    404,
  )
  t.equal((await adam.post(`/settings/users/${stranger}/address/withdrawal`)).status, 404)
  for (const token of ['nonsense', '1.'.padEnd(45, 'x'), 'a%00b'])
    t.equal((await adam.follow(await adam.get(`/confirm-email/${token}`))).status, 404, token)
  t.same(await db.selectFrom('emailChanges').select('id').execute(), [])
})

t.test('a new address that whoever asked for may no longer ask for is refused in words', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await pressAndVerify(adam, `/settings/users/${team.receptionist.id}/address`, {
    personEmail: 'rosa@new.example',
  })
  const rosa = await signedIn(clinic, team.receptionist)
  await rosa.get(await confirmPath(db, clinic.config))
  t.match(await rosa.get('/confirm-email'), { status: 200, text: 'Confirm your new email address' })
  await db
    .updateTable('users')
    .set({ role: 'receptionist' })
    .where('id', '=', team.administrator.id)
    .execute()
  const late = await rosa.post('/confirm-email')
  t.match(late, { status: 410, text: 'This link no longer works' })
  t.equal(await emailOf(clinic, team.receptionist), team.receptionist.email)
})
