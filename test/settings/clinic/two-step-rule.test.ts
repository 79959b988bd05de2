import { sql } from 'kysely'
import type { User } from '../../../src/database/schema.ts'
import { DEMO_PASSWORD } from '../../../src/demo/team.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import { joinPath } from '../../support/invitations.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import { Phone, SECOND_STEP, setUpApp, setUpPath, withApp } from '../../support/second-step.ts'
import t from '../../support/tap.ts'
import { Visitor } from '../../support/visitor.ts'

const RULE = '/settings/clinic/second-step'

/** As by the clinic's own clock. */
async function dayIn({ db }: TestClinic, days: number): Promise<string> {
  const { rows } = await sql<{ day: string }>`
    select ((now() at time zone time_zone)::date + ${days}::int)::text as day from clinics limit 1`.execute(
    db,
  )
  return rows[0]?.day ?? ''
}

async function requireFrom(clinic: TestClinic, twoStep: 'administrators' | 'everybody', days: number) {
  const twoStepFrom = await dayIn(clinic, days)
  await clinic.db
    .updateTable('clinics')
    .set({ twoStep, twoStepFrom })
    .where('id', '=', clinic.team.owner.clinicId)
    .execute()
}

function signIn({ app }: TestClinic, { email }: User) {
  const visitor = new Visitor(app)
  return { visitor, visit: visitor.post('/sign-in', { email, password: DEMO_PASSWORD }) }
}

t.test(
  'an administrator requires a second step from a day on; until then nobody is locked out',
  async (t) => {
    const clinic = await testClinic(t)
    const { administrator, receptionist } = clinic.team
    const { visitor } = await withApp(clinic, administrator)
    const twoStepFrom = await dayIn(clinic, 14)
    const saved = await pressAndVerify(visitor, RULE, {
      twoStep: 'everybody',
      twoStepFrom,
      rememberDays: '30',
    })
    t.same([saved.status, saved.location], [303, RULE])
    const rosa = await signedIn(clinic, receptionist)
    const page = await rosa.get('/my-details')
    t.equal(page.status, 200)
    t.match(page.text, 'you’ll need a code from your phone to sign in')
    t.notMatch((await visitor.get('/my-details')).text, 'you’ll need a code', 'not for whoever has one')
    const activity = await visitor.get('/settings/activity')
    t.match(activity.text, 'Who needs two-step sign-in')
  },
)

t.test('a day in the past, a day that isn’t one, or no second step of one’s own are refused', async (t) => {
  const clinic = await testClinic(t)
  const { administrator, owner } = clinic.team
  const { visitor } = await withApp(clinic, administrator)
  const rule = { twoStep: 'everybody', rememberDays: '0' }
  for (const twoStepFrom of [await dayIn(clinic, -1), '2026-02-30', 'tomorrow', '']) {
    const refused = await visitor.post(RULE, { ...rule, twoStepFrom })
    t.equal(refused.status, 422, twoStepFrom)
    t.match(refused.html, 'href="#twoStepFrom"')
  }
  const olivia = await signedIn(clinic, owner)
  const own = await olivia.post(RULE, { ...rule, twoStepFrom: await dayIn(clinic, 0) })
  t.equal(own.status, 422)
  t.match(own.text, 'Set up your own two-step sign-in before you require it of others.')
  const row = await clinic.db.selectFrom('clinics').select('twoStep').executeTakeFirstOrThrow()
  t.equal(row.twoStep, 'nobody')
})

t.test(
  'once its day has come, sign-in leads to an emailed link, and with the password to a first app',
  async (t) => {
    const clinic = await testClinic(t)
    const { receptionist } = clinic.team
    await requireFrom(clinic, 'everybody', 0)
    const { visitor, visit } = signIn(clinic, receptionist)
    const needed = await visit
    t.equal(needed.status, 200)
    t.match(needed.text, 'We’re sending a link to')
    t.equal((await visitor.get('/my-details')).status, 303)
    t.equal((await visitor.get('/set-up-second-step/app')).location, '/sign-in', 'nothing without the link')
    t.match((await signIn(clinic, receptionist).visit).text, 'We sent a link to', 'pressed twice, sent once')

    const link = await setUpPath(clinic, receptionist)
    const opener = new Visitor(clinic.app)
    const opened = await opener.follow(await opener.get(link))
    t.match(opened.text, 'enter your password')
    t.notMatch(opened.html, 'class="qr"', 'the link alone shows nothing')
    const wrong = await opener.post('/set-up-second-step', { currentPassword: 'not her password at all' })
    t.equal(wrong.status, 422)
    const right = await opener.post('/set-up-second-step', { currentPassword: DEMO_PASSWORD })
    t.equal(right.location, '/set-up-second-step/app')
    const phone = new Phone(await opener.get('/set-up-second-step/app'))
    const bad = await opener.post('/set-up-second-step/app', { code: phone.codeAt(5), label: 'Pixel' })
    t.equal(bad.status, 422)
    t.match(bad.html, 'value="Pixel"')
    const done = await opener.post('/set-up-second-step/app', { code: phone.code(), label: 'Pixel' })
    t.equal(done.location, `${SECOND_STEP}/recovery-codes`)
    t.equal((await opener.get('/my-details')).status, 200)
    t.equal((await new Visitor(clinic.app).get(link)).status, 303)
    const late = new Visitor(clinic.app)
    t.equal((await late.follow(await late.get(link))).status, 410, 'the link works once')
    const next = signIn(clinic, receptionist)
    t.equal((await next.visit).location, '/sign-in/code')
    t.equal((await next.visitor.post('/sign-in/code', { code: phone.code() })).status, 303)
  },
)

t.test('a rule for administrators asks nobody else', async (t) => {
  const clinic = await testClinic(t)
  await requireFrom(clinic, 'administrators', 0)
  t.equal((await signIn(clinic, clinic.team.receptionist).visit).location, '/')
  t.equal((await signIn(clinic, clinic.team.administrator).visit).status, 200)
})

t.test('sessions that run when the day comes are not ended in the middle of a note', async (t) => {
  const clinic = await testClinic(t)
  const rosa = await signedIn(clinic, clinic.team.receptionist)
  await requireFrom(clinic, 'everybody', 0)
  const page = await rosa.get('/my-details')
  t.equal(page.status, 200)
  t.match(page.text, 'You need two-step sign-in from now on.')
  t.equal((await setUpApp(rosa)).codes.length, 10)
})

t.test('the last app cannot be removed while the clinic requires one', async (t) => {
  const clinic = await testClinic(t)
  const { visitor } = await withApp(clinic, clinic.team.receptionist)
  await requireFrom(clinic, 'everybody', 0)
  const { id } = await clinic.db.selectFrom('codeApps').select('id').executeTakeFirstOrThrow()
  const refused = await pressAndVerify(visitor, `${SECOND_STEP}/${id}/remove`)
  t.equal(refused.status, 422)
  t.match(refused.text, 'Set up another app before you remove this one.')
})

t.test('an administrator sees who has none yet, and reminds them once a day', async (t) => {
  const clinic = await testClinic(t)
  const { administrator, receptionist } = clinic.team
  const { visitor } = await withApp(clinic, administrator)
  await requireFrom(clinic, 'everybody', 14)
  const page = await visitor.get(RULE)
  t.match(page.text, 'Rosa')
  t.notMatch(page.html, `href="/settings/users/${administrator.id}"`)
  const listed = await visitor.get('/settings/users?status=no-second-step')
  t.match(listed.html, `/settings/users/${receptionist.id}"`)
  t.notMatch(listed.html, `/settings/users/${administrator.id}"`)
  for (const expected of [/We’re emailing \d+ people/, /They’ve all been reminded today/]) {
    t.equal((await visitor.post(`${RULE}/remind`)).location, RULE)
    t.match((await visitor.get(RULE)).text, expected)
  }
  const link = await setUpPath(clinic, receptionist)
  const opener = new Visitor(clinic.app)
  t.match((await opener.follow(await opener.get(link))).text, 'enter your password', 'before the day, too')
})

t.test('with the rule for everybody a new password may have 10 characters, and without it 15', async (t) => {
  const clinic = await testClinic(t)
  const { visitor } = await withApp(clinic, clinic.team.receptionist)
  const change = (password: string) =>
    visitor.post('/my-details/password', { currentPassword: DEMO_PASSWORD, password })
  t.match((await change('vexing owl7')).text, 'Use at least 15 characters.')
  await requireFrom(clinic, 'administrators', 0)
  t.equal((await change('vexing owl7')).status, 422, 'not for those who may have one step')
  await requireFrom(clinic, 'everybody', 0)
  t.match((await change('vexing ow')).text, 'Use at least 10 characters.')
  for (const common of ['1q2w3e4r5t6y', 'christopher', 'whatever123', 'rosadelgado'])
    t.equal((await change(common)).status, 422, common)
  t.equal((await change('vexing owl7')).status, 303)
})

t.test('whoever joins a clinic that requires it sets up a second step before they are in', async (t) => {
  const clinic = await testClinic(t)
  const { db, config, team } = clinic
  await requireFrom(clinic, 'everybody', 0)
  const nora = new Visitor(clinic.app)
  await nora.follow(await nora.get(await joinPath(db, config, team.invited)))
  const joined = await nora.post('/join', { password: 'quiet harbour lantern seven' })
  t.equal(joined.location, '/set-up-second-step/app')
  t.equal((await nora.get('/my-details')).status, 303, 'not in yet')
  const phone = new Phone(await nora.get('/set-up-second-step/app'))
  const done = await nora.post('/set-up-second-step/app', { code: phone.code(), label: '' })
  t.equal(done.location, `${SECOND_STEP}/recovery-codes`)
  t.equal((await nora.get('/my-details')).status, 200)
})
