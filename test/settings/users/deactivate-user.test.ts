import type { User } from '../../../src/database/schema.ts'
import { DEMO_PASSWORD } from '../../../src/demo/team.ts'
import { Refusal } from '../../../src/refusal.ts'
import { deactivateUser } from '../../../src/settings/users/deactivate-user.ts'
import { askToAdd, verify } from '../../support/add-user.ts'
import { testClinic } from '../../support/app.ts'
import { joinPath } from '../../support/invitations.ts'
import { deliverDueEmails } from '../../support/outbox.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import { withApp } from '../../support/second-step.ts'
import t from '../../support/tap.ts'
import { hidden, type Visit, Visitor } from '../../support/visitor.ts'

const press = (visitor: Visitor, user: User, noun: 'deactivation' | 'reactivation') =>
  pressAndVerify(visitor, `/settings/users/${user.id}/${noun}`)

const actingAs = (user: User) => ({ clinicId: user.clinicId, userId: user.id, ip: null, userAgent: null })

t.test('a deactivated person is out at once, everywhere, and stays out', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const rosa = await signedIn(clinic, team.receptionist)
  const page = await adam.get(`/settings/users/${team.receptionist.id}`)
  t.match(page.text, 'Deactivate')
  const lastLook = await adam.post(`/settings/users/${team.receptionist.id}/deactivation`)
  t.match(lastLook.text, 'Deactivate Rosa Delgado')
  t.match(lastLook.text, 'Rosa will be signed out everywhere and won’t be able to sign in.')
  t.equal((await rosa.get('/my-details')).status, 200, 'nothing has happened yet')

  const done = await adam.follow(await press(adam, team.receptionist, 'deactivation'))
  t.match(done.text, 'Rosa has been deactivated and signed out everywhere.')
  t.match((await rosa.get('/my-details')).location, /^\/sign-in/)
  t.equal((await new Visitor(app).signIn(team.receptionist)).status, 422)
  const sessions = await db
    .selectFrom('sessions')
    .select('endedAt')
    .where('userId', '=', team.receptionist.id)
    .execute()
  t.ok(sessions.every((session) => session.endedAt))
  const event = await db
    .selectFrom('events')
    .selectAll()
    .where('action', '=', 'user.deactivated')
    .executeTakeFirst()
  t.match(event, { actorId: team.administrator.id, subjectId: team.receptionist.id })
})

t.test('invitations to and by a deactivated person stop working, and their mail is not sent', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, config, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await verify(adam, await askToAdd(adam))
  const nora = await db
    .selectFrom('users')
    .selectAll()
    .where('firstName', '=', 'Nora')
    .executeTakeFirstOrThrow()
  const links = [await joinPath(db, config, nora), await joinPath(db, config, team.invited)]
  const olivia = await signedIn(clinic, team.owner)
  t.equal((await press(olivia, team.administrator, 'deactivation')).status, 303)
  t.equal((await press(olivia, team.invited, 'deactivation')).status, 303)
  for (const link of links) {
    const someone = new Visitor(app)
    t.match((await someone.follow(await someone.get(link))).text, 'This invitation was cancelled')
    t.equal((await someone.post('/join', { password: 'seven green parrots' })).status, 410)
  }
  const log = { info: () => {}, warn: () => {}, error: () => {} } as never
  await deliverDueEmails({ db, config, log })
  const sent = await db
    .selectFrom('emails')
    .select('id')
    .where('sentAt', 'is not', null)
    .where('userId', 'in', [nora.id, team.invited.id])
  t.same(await sent.execute(), [])
})

t.test(
  'a reactivated person gets role and details back, chooses a new password, and no session revives',
  async (t) => {
    const clinic = await testClinic(t)
    const { app, db, config, team } = clinic
    const rosa = await signedIn(clinic, team.receptionist)
    const adam = await signedIn(clinic, team.administrator)
    await press(adam, team.receptionist, 'deactivation')
    const back = await adam.follow(await press(adam, team.receptionist, 'reactivation'))
    t.match(back.text, `We’re emailing ${team.receptionist.email} a link`)
    t.match((await rosa.get('/my-details')).location, /^\/sign-in/)
    t.equal(
      (await new Visitor(app).signIn(team.receptionist)).status,
      422,
      'the old password is no longer one',
    )

    const again = new Visitor(app)
    await again.get(await joinPath(db, config, team.receptionist))
    const joined = await again.follow(await again.post('/join', { password: 'seven green parrots' }))
    t.match(joined.text, 'As a receptionist you book appointments')
    t.equal((await new Visitor(app).signIn(team.receptionist, 'seven green parrots')).status, 303)
  },
)

t.test('whoever comes back still has their second step, and joins with it', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, config, team } = clinic
  const { phone } = await withApp(clinic, team.receptionist)
  const adam = await signedIn(clinic, team.administrator)
  await press(adam, team.receptionist, 'deactivation')
  await press(adam, team.receptionist, 'reactivation')
  const thief = new Visitor(app)
  await thief.get(await joinPath(db, config, team.receptionist))
  const joined = await thief.post('/join', { password: 'seven green parrots' })
  t.equal(joined.location, '/sign-in/code', 'a mailbox alone doesn’t stand in for it')
  t.match((await thief.get('/my-details')).location, /^\/sign-in/)
  t.equal((await thief.post('/sign-in/code', { code: phone.code() })).location, '/')
})

t.test('whoever comes back after a reset sets up a second step as they join', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, config, team } = clinic
  await withApp(clinic, team.receptionist)
  const adam = await signedIn(clinic, team.administrator)
  const reset = `/settings/users/${team.receptionist.id}/second-step/reset`
  await pressAndVerify(adam, reset, { identifiedBy: 'in person' })
  await press(adam, team.receptionist, 'deactivation')
  await press(adam, team.receptionist, 'reactivation')
  const rosa = new Visitor(app)
  await rosa.get(await joinPath(db, config, team.receptionist))
  const joined = await rosa.post('/join', { password: 'seven green parrots' })
  t.equal(joined.location, '/set-up-second-step/app')
})

t.test('bringing back an administrator, or anyone at another address, takes a code, too', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const { visitor: olivia } = await withApp(clinic, team.owner)
  await db
    .updateTable('sessions')
    .set({ secondStepAt: new Date(Date.now() - 16 * 60_000) })
    .execute()
  const asks = async (user: User, fields = {}) =>
    (await olivia.post(`/settings/users/${user.id}/reactivation`, fields)).html.includes('name="code"')
  for (const user of [team.administrator, team.receptionist, team.scheduler])
    await press(olivia, user, 'deactivation')
  await pressAndVerify(olivia, `/settings/users/${team.scheduler.id}/address/release`)
  t.equal(await asks(team.administrator), true)
  t.equal(await asks(team.receptionist), false)
  t.equal(await asks(team.scheduler, { personEmail: 'sven@elsewhere.example' }), true)
})

t.test('a double click and a second administrator deactivate somebody once', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const olivia = await signedIn(clinic, team.owner)
  const path = `/settings/users/${team.scheduler.id}/deactivation`
  const looks = [await adam.post(path), await olivia.post(path)]
  const fields = (look: Visit | undefined) => ({
    signedForm: hidden(look as Visit, 'signedForm'),
    currentPassword: DEMO_PASSWORD,
  })
  const answers = await Promise.all([
    adam.post(path, fields(looks[0])),
    adam.post(path, fields(looks[0])),
    olivia.post(path, fields(looks[1])),
  ])
  const statuses = answers.map((answer) => answer.status)
  t.ok(statuses.filter((status) => status === 303).length >= 1, statuses.join(' '))
  t.notOk(
    statuses.some((status) => status >= 500),
    statuses.join(' '),
  )
  const events = await db.selectFrom('events').select('id').where('action', '=', 'user.deactivated').execute()
  t.equal(events.length, 1)
})

t.test('an owner is managed by owners only, and nobody deactivates themselves', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  t.notMatch((await adam.get(`/settings/users/${team.owner.id}`)).text, 'Deactivate')
  const refused = await press(adam, team.owner, 'deactivation')
  t.equal(refused.status, 422)
  t.match(refused.text, 'Olivia is an owner. Only another owner can do this.')
  const own = await press(adam, team.administrator, 'deactivation')
  t.match(own.text, 'Ask another administrator to deactivate your account.')
  t.same(await db.selectFrom('users').select('id').where('deactivatedAt', 'is not', null).execute(), [
    { id: team.deactivated.id },
  ])
})

t.test('a receptionist, a stranger and another site cannot deactivate anybody', async (t) => {
  const clinic = await testClinic(t)
  const { app, team } = clinic
  const path = `/settings/users/${team.scheduler.id}/deactivation`
  t.equal((await (await signedIn(clinic, team.receptionist)).post(path)).status, 403)
  t.equal((await new Visitor(app).post(path)).status, 401)
  const adam = await signedIn(clinic, team.administrator)
  t.equal((await adam.post(path, {}, { origin: 'https://evil.example' })).status, 403)
  t.equal((await adam.post('/settings/users/999999/deactivation')).status, 404)
})

t.test('two hundred rounds of two administrators who deactivate each other always leave one', async (t) => {
  const { db, team } = await testClinic(t)
  const { owner: first, administrator: second } = team
  await db.updateTable('users').set({ isOwner: false }).where('id', '=', first.id).execute()
  let refusals = 0
  for (let round = 0; round < 200; round++) {
    const outcomes = await Promise.allSettled([
      deactivateUser(db, actingAs(first), second.id, crypto.randomUUID()),
      deactivateUser(db, actingAs(second), first.id, crypto.randomUUID()),
    ])
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        refusals++
        if (!(outcome.reason instanceof Refusal)) t.fail(`round ${round}: ${outcome.reason}`)
      }
    }
    const active = db
      .selectFrom('users')
      .select('id')
      .where('role', '=', 'administrator')
      .where('deactivatedAt', 'is', null)
    const left = await active.execute()
    if (left.length !== 1) t.fail(`round ${round} left ${left.length}`)
    await db
      .updateTable('users')
      .set({ deactivatedAt: null })
      .where('id', 'in', [first.id, second.id])
      .execute()
  }
  t.equal(refusals, 200)
})

t.test('an administrator whose own right went meanwhile deactivates nobody', async (t) => {
  const { db, team } = await testClinic(t)
  await db
    .updateTable('users')
    .set({ role: 'receptionist' })
    .where('id', '=', team.administrator.id)
    .execute()
  const late = deactivateUser(db, actingAs(team.administrator), team.scheduler.id, crypto.randomUUID())
  await t.rejects(late, /You no longer have permission to do this/)
})
