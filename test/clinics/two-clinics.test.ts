import { sql } from 'kysely'
import { EMAIL_KINDS } from '../../src/email-kinds.ts'
import { testApp, testClinic } from '../support/app.ts'
import { joinPath } from '../support/invitations.ts'
import { resetPath } from '../support/password-resets.ts'
import { signedIn } from '../support/press.ts'
import { HARBOUR, HILLTOP, secondClinic } from '../support/second-clinic.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

t.test('each of two clinics is at its own host, with people and sessions of its own', async (t) => {
  const clinic = await testClinic(t)
  const others = await secondClinic(clinic)
  const here = new Visitor(clinic.app, HARBOUR)
  const there = new Visitor(clinic.app, HILLTOP)
  t.match((await here.get('/sign-in')).text, 'Harbour Street Clinic')
  t.match((await there.get('/sign-in')).text, 'Hilltop Clinic')
  t.match(await here.signIn(others.administrator), { status: 422 }, 'a stranger here')
  t.match(await here.signIn(clinic.team.administrator), { status: 303, location: '/' })
  t.match(await there.signIn(others.administrator), { status: 303, location: '/' })
  t.match((await here.get('/settings/users')).text, 'Harbour Street Clinic')
  t.match((await there.get('/settings/users')).text, 'Hilltop Clinic')
  const foreign = await here.post('/sign-out', {}, { origin: HILLTOP })
  t.match(foreign, { status: 403, text: 'This form didn’t come from Frontdesk' })
  await there.post('/sign-out')
  t.equal((await here.get('/settings/users')).status, 200)
})

t.test('of two clinics in two tabs, one times out by its own rule and the other goes on', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const others = await secondClinic(clinic)
  const here = await signedIn(clinic, team.administrator, HARBOUR)
  const there = await signedIn(clinic, others.administrator, HILLTOP)
  const longer = db.updateTable('clinics').set({ idleMinutes: 60 })
  await longer.where('id', '=', others.owner.clinicId).execute()
  await sql`update sessions set last_seen_at = now() - interval '31 minutes'`.execute(db)
  t.match(await here.get('/my-details'), { status: 303, location: /^\/sign-in/ })
  t.equal((await there.get('/my-details')).status, 200)
})

t.test('the session of one clinic opens nothing at the other, and stays', async (t) => {
  const clinic = await testClinic(t)
  await secondClinic(clinic)
  const here = await signedIn(clinic, clinic.team.administrator, HARBOUR)
  const there = new Visitor(clinic.app, HILLTOP)
  for (const [name, value] of here.cookies) there.cookies.set(name, value)
  t.match(await there.get('/settings/users'), { status: 303, location: /^\/sign-in/ })
  t.match(await there.get('/my-details'), { status: 303 })
  t.match(await there.post('/settings/users'), { status: 401 })
  t.match(await there.post('/sign-out'), { status: 303, location: '/sign-in' })
  t.equal((await here.get('/settings/users')).status, 200)
})

t.test('a host of no clinic says so in plain words, and leaves no cookie', async (t) => {
  const clinic = await testClinic(t)
  const nowhere = new Visitor(clinic.app, 'http://nowhere.frontdesk.localhost')
  const someone = { email: clinic.team.owner.email, password: 'x' }
  for (const visit of [
    await nowhere.get('/'),
    await nowhere.get('/settings/users'),
    await nowhere.get('/no-such-page'),
    await nowhere.post('/sign-in', someone),
  ]) {
    t.match(visit, { status: 404, text: 'There’s no clinic at this address' })
    t.notOk(visit.headers['set-cookie'])
  }
  t.equal((await nowhere.get('/health/live')).status, 200)
  t.equal(
    (await nowhere.get('/favicon.ico')).status,
    (await new Visitor(clinic.app).get('/favicon.ico')).status,
  )
  t.equal((await nowhere.post('/webhooks/postmark')).status, 401, 'Postmark needs no clinic')
  await secondClinic(clinic)
  t.equal((await new Visitor(clinic.app).get('/sign-in')).status, 404, 'of two, none is at the host itself')
})

t.test('before there is a clinic, nothing works but what sets it up', async (t) => {
  const { app } = await testApp(t)
  const someone = new Visitor(app)
  t.match(await someone.get('/'), { status: 200, text: 'Not set up yet' })
  t.match(await someone.follow(await someone.get('/settings/users')), { status: 404, text: 'Not set up yet' })
  t.equal((await someone.get('/reset-password/1.x')).status, 404)
  t.equal((await someone.post('/sign-in', { email: 'a@b.example', password: 'x' })).status, 404)
})

t.test('a link of one clinic is unknown at the other, opened or not', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, config, team } = clinic
  await secondClinic(clinic)
  await new Visitor(app, HARBOUR).post('/forgot-password', { email: team.receptionist.email })
  for (const path of [
    await joinPath(db, config, team.invited),
    await resetPath(db, config, team.receptionist),
  ]) {
    const here = new Visitor(app, HARBOUR)
    const there = new Visitor(app, HILLTOP)
    const opened = await here.get(path)
    t.match(opened, { status: 303 })
    const strange = await there.get(path)
    t.match(strange, { status: 404 })
    t.notOk(strange.headers['set-cookie'])
    for (const [name, value] of here.cookies) there.cookies.set(name, value)
    t.equal((await there.get(String(opened.location))).status, 404)
    t.equal((await there.post(String(opened.location), { password: 'a good long passphrase' })).status, 404)
    t.equal((await here.get(String(opened.location))).status, 200)
  }
})

t.test('the links in an email lead to the clinic, by whatever host it was asked for', async (t) => {
  const clinic = await testClinic(t, { TRUST_PROXY: 'loopback' })
  const { app, db, config, team } = clinic
  const emails = db
    .selectFrom('emails')
    .selectAll()
    .where('kind', '=', 'password reset')
    .orderBy('id', 'desc')
  const sent = async (visitor: Visitor, headers: Record<string, string>) => {
    await visitor.post('/forgot-password', { email: team.receptionist.email }, headers)
    const email = await emails.limit(1).executeTakeFirst()
    return (email && (await EMAIL_KINDS[email.kind].write(db, config, email))?.text) ?? ''
  }
  const evil = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
  t.equal(await sent(new Visitor(app), evil), '', 'none is sent')
  t.match(
    await sent(new Visitor(app), { host: 'frontdesk.localhost:8080' }),
    'http://frontdesk.localhost/reset-',
  )
  t.match(await sent(new Visitor(app, HARBOUR), {}), 'http://frontdesk.localhost/reset-')
  await secondClinic(clinic)
  t.match(
    await sent(new Visitor(app, HILLTOP), {}),
    'http://harbour-street-clinic.frontdesk.localhost/reset-',
  )
})
