import { sql } from 'kysely'
import { DEMO_PASSWORD } from '../../../src/demo/team.ts'
import { setPassword } from '../../../src/sessions/set-password.ts'
import { resetByOperator } from '../../../src/settings/users/reset-second-step.ts'
import { testClinic } from '../../support/app.ts'
import { joinPath } from '../../support/invitations.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import { halfSignedIn, Phone, setUpPath, withApp } from '../../support/second-step.ts'
import t from '../../support/tap.ts'
import { hidden, Visitor } from '../../support/visitor.ts'

const resetOf = ({ id }: { id: string }) => `/settings/users/${id}/second-step/reset`
const HOW = { identifiedBy: 'in person' }

t.test('an administrator resets the phone that a receptionist lost, and she sets up another', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const { visitor: rosa, phone: lost } = await withApp(clinic, team.receptionist)
  const adam = await signedIn(clinic, team.administrator)
  t.match((await adam.get(`/settings/users/${team.receptionist.id}`)).text, 'Reset two-step sign-in')
  const unsaid = await adam.post(resetOf(team.receptionist), {})
  t.equal(unsaid.status, 422)
  t.match(unsaid.text, 'Say how you made sure it’s them.')
  const done = await pressAndVerify(adam, resetOf(team.receptionist), HOW)
  t.equal(done.location, `/settings/users/${team.receptionist.id}`)
  t.equal((await rosa.get('/my-details')).status, 303, 'her sessions end')

  const emails = await db
    .selectFrom('emails')
    .select(['kind', 'recipient'])

    .execute()
  const to = (kind: string) => emails.filter((email) => email.kind === kind).map(({ recipient }) => recipient)
  t.ok(to('second step changed').includes(team.receptionist.email))
  t.same(to('second step link'), [team.receptionist.email])
  t.ok(to('second step reset').includes(team.owner.email))
  t.notOk(to('second step reset').includes(team.administrator.email))
  const page = await adam.get(`/settings/activity?person=${team.receptionist.id}`)
  t.match(page.text, 'reset the two-step sign-in of')
  t.match(page.text, 'Seen in person')

  const visitor = new Visitor(clinic.app)
  const signIn = { email: team.receptionist.email, password: DEMO_PASSWORD }
  t.match((await visitor.post('/sign-in', signIn)).text, 'Your two-step sign-in was reset.')
  await visitor.follow(await visitor.get(await setUpPath(clinic, team.receptionist)))
  await visitor.post('/set-up-second-step', { currentPassword: DEMO_PASSWORD })
  const phone = new Phone(await visitor.get('/set-up-second-step/app'))
  t.equal((await visitor.post('/set-up-second-step/app', { code: phone.code(), label: '' })).status, 303)
  const half = await halfSignedIn(clinic, team.receptionist)
  t.equal(
    (await half.post('/sign-in/code', { code: lost.code() })).status,
    422,
    'the lost phone opens nothing',
  )
  t.equal((await half.post('/sign-in/code', { code: phone.code() })).status, 303)
})

t.test('a reset takes the administrator’s own second step, too', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await withApp(clinic, team.receptionist)
  const { visitor: adam, phone } = await withApp(clinic, team.administrator)
  await db
    .updateTable('sessions')
    .set({ secondStepAt: new Date(Date.now() - 16 * 60_000) })
    .execute()
  const asked = await adam.post(resetOf(team.receptionist), HOW)
  t.match(asked.html, 'name="code"')
  const verifying = { signedForm: hidden(asked, 'signedForm'), currentPassword: DEMO_PASSWORD }
  t.equal((await adam.post(resetOf(team.receptionist), verifying)).status, 422)
  const row = db.selectFrom('users').select('secondStepSince').where('id', '=', team.receptionist.id)
  t.ok((await row.executeTakeFirstOrThrow()).secondStepSince)
  const code = phone.code()
  t.equal((await adam.post(resetOf(team.receptionist), { ...verifying, code })).status, 303)
})

t.test('within a day of a new address only an owner who didn’t make the change resets', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await withApp(clinic, team.receptionist)
  const { clinicId, id: userId, email: newEmail } = team.receptionist
  await db
    .insertInto('emailChanges')
    .values({
      ...{ clinicId, userId, oldEmail: 'rosa.old@clinic.example', newEmail, nonce: Buffer.alloc(32) },
      ...{ requestedBy: team.administrator.id, confirmedAt: sql<Date>`now() - interval '23 hours'` },
      expiresAt: sql<Date>`now()`,
    })
    .execute()
  const adam = await signedIn(clinic, team.administrator)
  const refused = await pressAndVerify(adam, resetOf(team.receptionist), HOW)
  t.equal(refused.status, 422)
  t.match(refused.text, 'Ask an owner who didn’t make that change')
  const olivia = await signedIn(clinic, team.owner)
  t.equal((await pressAndVerify(olivia, resetOf(team.receptionist), HOW)).status, 303)
  const told = db.selectFrom('emails').select('recipient').where('secondStepChange', '=', 'reset')
  const recipients = (await told.execute()).map(({ recipient }) => recipient)
  t.same(recipients.sort(), ['rosa.old@clinic.example', newEmail].sort(), 'the old address is told, too')
})

t.test('a new password closes the link of a reset, and the next sign-in sends another at once', async (t) => {
  const clinic = await testClinic(t)
  const { db, passwords, team } = clinic
  const { receptionist: rosa } = team
  await withApp(clinic, rosa)
  const adam = await signedIn(clinic, team.administrator)
  await pressAndVerify(adam, resetOf(rosa), HOW)
  const actor = { clinicId: rosa.clinicId, userId: rosa.id, ip: null, userAgent: null }
  const password = 'seven green parrots'
  const hash = await passwords.hash(password)
  await db.transaction().execute((trx) => setPassword(trx, actor, rosa, hash, 'password.reset'))
  const visitor = new Visitor(clinic.app)
  t.match((await visitor.signIn(rosa, password)).text, 'We’re sending a link to')
  await visitor.follow(await visitor.get(await setUpPath(clinic, rosa)))
  const begun = await visitor.post('/set-up-second-step', { currentPassword: password })
  t.equal(begun.location, '/set-up-second-step/app')
  t.notMatch((await new Visitor(clinic.app).signIn(rosa, password)).text, 'We’re sending a link to')
})

t.test('also not whoever made an earlier change, whoever made the latest', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await withApp(clinic, team.receptionist)
  const { clinicId, id: userId, email: newEmail } = team.receptionist
  const change = { clinicId, userId, oldEmail: 'rosa.old@clinic.example', newEmail, nonce: Buffer.alloc(32) }
  await db
    .insertInto('emailChanges')
    .values([
      {
        ...{ ...change, requestedBy: team.owner.id, expiresAt: sql<Date>`now()` },
        confirmedAt: sql<Date>`now() - interval '2 hours'`,
      },
      { ...change, requestedBy: userId, expiresAt: sql<Date>`now() + interval '1 hour'` },
    ])
    .execute()
  const olivia = await signedIn(clinic, team.owner)
  const refused = await pressAndVerify(olivia, resetOf(team.receptionist), HOW)
  t.match(refused.text, 'Ask an owner who didn’t make that change')
})

t.test('an administrator who brings someone back at another address cannot reset them, too', async (t) => {
  const clinic = await testClinic(t)
  const { db, config, team } = clinic
  const { administrator, owner, receptionist: rosa } = team
  const { phone } = await withApp(clinic, rosa)
  const adam = await signedIn(clinic, administrator)
  const page = `/settings/users/${rosa.id}`
  await pressAndVerify(adam, `${page}/deactivation`)
  await pressAndVerify(adam, `${page}/address/release`)
  const back = await pressAndVerify(adam, `${page}/reactivation`, { personEmail: 'adam@elsewhere.example' })
  t.equal(back.location, page)
  const thief = new Visitor(clinic.app)
  await thief.get(await joinPath(db, config, rosa))
  t.equal((await thief.post('/join', { password: 'seven green parrots' })).location, '/sign-in/code')
  const refused = await pressAndVerify(adam, resetOf(rosa), HOW)
  t.equal(refused.status, 422)
  t.match(refused.text, 'Ask an owner who didn’t make that change')
  const olivia = await signedIn(clinic, owner)
  t.equal((await pressAndVerify(olivia, resetOf(rosa), HOW)).status, 303)
  t.equal((await thief.post('/sign-in/code', { code: phone.code() })).location, '/sign-in')
})

t.test('only owners reset an owner, and nobody resets themselves', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const { visitor: olivia } = await withApp(clinic, team.owner)
  const adam = await signedIn(clinic, team.administrator)
  t.equal((await pressAndVerify(adam, resetOf(team.owner), HOW)).status, 422)
  t.equal((await pressAndVerify(olivia, resetOf(team.owner), HOW)).status, 422)
  t.equal((await (await signedIn(clinic, team.receptionist)).get(resetOf(team.owner))).status, 403)
})

t.test('two administrators who reset each other at once both finish, in one order', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await db
    .updateTable('users')
    .set({ role: 'administrator' })
    .where('id', '=', team.receptionist.id)
    .execute()
  const pair = [await withApp(clinic, team.administrator), await withApp(clinic, team.receptionist)] as const
  const [one, other] = [team.administrator, team.receptionist]
  const looks = [
    await pair[0].visitor.post(resetOf(other), HOW),
    await pair[1].visitor.post(resetOf(one), HOW),
  ]
  const verifying = looks.map((look) => ({
    signedForm: hidden(look, 'signedForm'),
    currentPassword: DEMO_PASSWORD,
  }))
  const visits = await Promise.all([
    pair[0].visitor.post(resetOf(other), verifying[0]),
    pair[1].visitor.post(resetOf(one), verifying[1]),
  ])
  t.ok(
    visits.some(({ status }) => status === 303),
    visits.map(({ status }) => status).join(),
  )
  t.ok(visits.every(({ status }) => [303, 401, 403, 422].includes(status)))
})

t.test('whoever runs the server resets an only owner, and the activity says so', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await withApp(clinic, team.owner)

  t.equal(await resetByOperator(db, team.owner), true)
  t.equal(await resetByOperator(db, team.owner), false)
  const events = db
    .selectFrom('events')
    .select(['actorId', 'subjectId'])
    .where('action', '=', 'second-step.reset')
  t.same(await events.execute(), [{ actorId: null, subjectId: team.owner.id }])
})
