import type { User } from '../../../src/database/schema.ts'
import { DEMO_PASSWORD } from '../../../src/demo/team.ts'
import { sampleMessage } from '../../../src/outbox/samples.ts'
import { sendPasswordLink, signOutEverywhere } from '../../../src/settings/users/sign-in-help.ts'
import { passwordResetEmail } from '../../../src/sign-in/password-emails.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import { resetPath } from '../../support/password-resets.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'
import { hidden, Visitor } from '../../support/visitor.ts'

const actor = (user: User) => ({ clinicId: user.clinicId, userId: user.id, ip: null, userAgent: null })
const signOut = (user: User) => `/settings/users/${user.id}/sign-out`
const link = (user: User) => `/settings/users/${user.id}/password-link`

const eventsOf = ({ db }: TestClinic, action: string) =>
  db.selectFrom('events').selectAll().where('action', '=', action).execute()

const resetEmails = ({ db }: TestClinic) =>
  db.selectFrom('emails').selectAll().where('kind', '=', 'password reset').execute()

t.test('an administrator signs somebody out everywhere, after a last look, once', async (t) => {
  const clinic = await testClinic(t)
  const { app, team } = clinic
  const [adam, rosa] = [await signedIn(clinic, team.administrator), await signedIn(clinic, team.receptionist)]
  const phone = await signedIn(clinic, team.receptionist)
  t.match((await adam.get(`/settings/users/${team.receptionist.id}`)).text, 'Sign out everywhere')
  const look = await adam.post(signOut(team.receptionist))
  t.match(look.text, 'Sign Rosa Delgado out everywhere')
  t.equal((await rosa.get('/my-details')).status, 200, 'nothing has happened yet')
  const fields = { signedForm: hidden(look, 'signedForm'), currentPassword: DEMO_PASSWORD }
  const answers = await Promise.all([1, 2].map(() => adam.post(signOut(team.receptionist), fields)))
  t.same(
    answers.map(({ status }) => status),
    [303, 303],
  )
  for (const device of [rosa, phone]) t.match((await device.get('/my-details')).location, /^\/sign-in/)
  t.equal((await eventsOf(clinic, 'sessions.ended')).length, 1)
  t.equal((await new Visitor(app).signIn(team.receptionist)).status, 303, 'they sign in again at once')
  t.match((await adam.get('/settings/activity')).text, 'Adam Okafor signed Rosa Delgado out everywhere')
})

t.test('an administrator sends a link to choose a new password, and the email says who asked', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, config, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const look = await adam.post(link(team.receptionist))
  t.match(look.text, 'We’ll email a link to rosa@harbour-street-clinic.example.')
  t.same(await resetEmails(clinic), [])
  const fields = { signedForm: hidden(look, 'signedForm'), currentPassword: DEMO_PASSWORD }
  await Promise.all([1, 2].map(() => adam.post(link(team.receptionist), fields)))
  const [email, ...more] = await resetEmails(clinic)
  t.equal(more.length, 0, 'a double click sends one')
  if (!email) throw new Error('no email')
  const message = await passwordResetEmail(db, config, email, config.publicUrl)
  t.match(
    message?.text.replaceAll('\n', ' '),
    'Adam Okafor, an administrator of Harbour Street Clinic, sent you this link',
  )
  t.match(message?.html.replaceAll('\n', ' '), 'Adam Okafor, an administrator')
  t.match((await sampleMessage(db, config, 'password reset')).text, 'omeone, probably you', 'else as before')

  const rosa = new Visitor(app)
  await rosa.get(await resetPath(db, config, team.receptionist))
  t.equal((await rosa.post('/reset-password', { password: 'seven green parrots' })).status, 303)
  t.equal((await rosa.signIn(team.receptionist, 'seven green parrots')).status, 303)
  t.match((await eventsOf(clinic, 'password.link-sent'))[0], { subjectId: team.receptionist.id })
})

t.test('a link is sent once a minute and five times a day, whoever of the administrators asks', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const [adam, olivia] = [await signedIn(clinic, team.administrator), await signedIn(clinic, team.owner)]
  const send = (who: Visitor) => pressAndVerify(who, link(team.receptionist))
  t.equal((await send(adam)).status, 303)
  const soon = await send(olivia)
  t.equal(soon.status, 429)
  t.match(soon.text, 'A link was just sent to Rosa. You can send one a minute, up to five a day.')
  t.ok(Number(soon.headers['retry-after']) > 0)
  for (let sent = 1; sent < 5; sent++) {
    await db
      .updateTable('passwordResets')
      .set({ createdAt: new Date(Date.now() - 120_000) as never })
      .execute()
    t.equal((await send(olivia)).status, 303)
  }
  await db
    .updateTable('passwordResets')
    .set({ createdAt: new Date(Date.now() - 120_000) as never })
    .execute()
  const full = await send(adam)
  t.equal(full.status, 429)
  t.match(full.text, 'Five links were sent to Rosa in the last 24 hours.')
  t.equal((await resetEmails(clinic)).length, 5)
})

t.test('two administrators at once send one link', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const done = await Promise.allSettled(
    [team.administrator, team.owner].map((who) =>
      sendPasswordLink(db, actor(who), team.scheduler.id, crypto.randomUUID()),
    ),
  )
  t.same(done.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  t.equal((await resetEmails(clinic)).length, 1)
})

t.test('neither is for people who are not active, for oneself, or for an owner by others', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  for (const user of [team.invited, team.deactivated]) {
    const page = await adam.get(`/settings/users/${user.id}`)
    t.notMatch(page.html, /\/(sign-out|password-link)"><button/)
    for (const path of [signOut(user), link(user)]) {
      const refused = await pressAndVerify(adam, path)
      t.match(refused, { status: 422, text: 'hasn’t joined yet, or is deactivated' }, path)
    }
  }
  t.notMatch((await adam.get(`/settings/users/${team.owner.id}`)).text, 'Sign out everywhere')
  for (const path of [signOut(team.owner), link(team.owner)])
    t.match(await pressAndVerify(adam, path), { status: 422, text: 'Olivia is an owner' }, path)
  t.match((await pressAndVerify(adam, link(team.administrator))).text, 'under My details')
  t.match((await pressAndVerify(adam, signOut(team.administrator))).text, 'under My details')
  t.equal((await adam.get('/my-details')).status, 200)
  t.same(await resetEmails(clinic), [])
  t.same(await eventsOf(clinic, 'sessions.ended'), [])
})

t.test('no link is mailed to an address that nothing reaches', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const block = { email: team.receptionist.email, blockedAt: new Date(), reason: 'bounce' as const }
  await db.insertInto('blockedEmails').values(block).execute()
  const adam = await signedIn(clinic, team.administrator)
  const refused = await pressAndVerify(adam, link(team.receptionist))
  t.match(refused, { status: 422, text: 'We can’t email rosa@harbour-street-clinic.example' })
})

t.test(
  'a receptionist, a guest, another site and an administrator who no longer is one are refused',
  async (t) => {
    const clinic = await testClinic(t)
    const { app, db, team } = clinic
    const adam = await signedIn(clinic, team.administrator)
    for (const path of [signOut(team.scheduler), link(team.scheduler)]) {
      t.equal((await (await signedIn(clinic, team.receptionist)).post(path)).status, 403)
      t.equal((await new Visitor(app).post(path)).status, 401)
      t.equal((await adam.post(path, {}, { origin: 'https://evil.example' })).status, 403)
    }
    await db
      .updateTable('users')
      .set({ role: 'receptionist' })
      .where('id', '=', team.administrator.id)
      .execute()
    for (const action of [signOutEverywhere, sendPasswordLink]) {
      const late = action(db, actor(team.administrator), team.scheduler.id, crypto.randomUUID())
      await t.rejects(late, /You no longer have permission to do this/)
    }
  },
)
