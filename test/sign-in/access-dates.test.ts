import { sql } from 'kysely'
import { completeSignIn } from '../../src/sign-in/sign-in.ts'
import { plainDay } from '../../src/words/dates.ts'
import { clinicDay, setAccess } from '../support/access-dates.ts'
import type { TestClinic } from '../support/app.ts'
import { testClinic } from '../support/app.ts'
import { joinPath } from '../support/invitations.ts'
import { resetPath } from '../support/password-resets.ts'
import { signedIn } from '../support/press.ts'
import { halfSignedIn, withApp } from '../support/second-step.ts'
import t from '../support/tap.ts'
import { hidden, Visitor } from '../support/visitor.ts'

const PASSWORD = 'four unrelated words here'

/** As a page’s text has it. */
const said = (day: string) => plainDay(day).replaceAll('\u00a0', ' ')

function moveClinic({ db, team }: TestClinic, timeZone: string) {
  return db.updateTable('clinics').set({ timeZone }).where('id', '=', team.owner.clinicId).execute()
}

t.test(
  'somebody signs in from the first day of their access to the last, and not before or after',
  async (t) => {
    const clinic = await testClinic(t)
    const { app, db, team } = clinic
    const { receptionist: rosa } = team
    const tries: [days: { from?: number; until?: number }, words: string | null][] = [
      [{ from: 1 }, `You can sign in from ${said(await clinicDay(db, rosa, 1))}.`],
      [{ from: 0, until: 0 }, null],
      [{ from: -1 }, null],
      [{ until: 1 }, null],
      [{ until: -1 }, `Your access ended after ${said(await clinicDay(db, rosa, -1))}.`],
    ]
    for (const [days, words] of tries) {
      await setAccess(db, rosa, days)
      const visitor = new Visitor(app)
      const answer = await visitor.signIn(rosa)
      t.equal(answer.status, words ? 422 : 303, JSON.stringify(days))
      if (words) t.match(answer.text, words)
      const page = await visitor.get('/my-details')
      t.equal(page.status, words ? 303 : 200)
    }
  },
)

t.test('a stranger without the password learns nothing of somebody’s dates', async (t) => {
  const { app, db, team } = await testClinic(t)
  for (const days of [{ from: 1 }, { until: -1 }]) {
    await setAccess(db, team.receptionist, days)
    const answer = await new Visitor(app).signIn(team.receptionist, 'a wrong password')
    t.match(answer.text, 'Incorrect email address or password.')
    t.notMatch(answer.text, /access/i)
  }
})

t.test(
  'a refused sign-in is no last sign-in, counts as no wrong password, and is in the activity',
  async (t) => {
    const clinic = await testClinic(t)
    const { app, db, team } = clinic
    await setAccess(db, team.receptionist, { until: -1 })
    for (let nth = 1; nth <= 7; nth++)
      t.match((await new Visitor(app).signIn(team.receptionist)).text, 'Your access ended')
    const row = db.selectFrom('users').select('lastSignInAt').where('id', '=', team.receptionist.id)
    t.equal((await row.executeTakeFirstOrThrow()).lastSignInAt, team.receptionist.lastSignInAt)
    const adam = await signedIn(clinic, team.administrator)
    const activity = (await adam.get('/settings/activity')).text
    t.match(activity, 'failed to sign in as Rosa Delgado')
    t.match(activity, 'Access has ended')
  },
)

t.test('a running session stops at the midnight of the clinic, and only there', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  // It is always a later day on Kiritimati than on Pago Pago.
  await moveClinic(clinic, 'Pacific/Pago_Pago')
  await setAccess(db, team.receptionist, { until: 0 })
  const rosa = await signedIn(clinic, team.receptionist)
  const owner = await signedIn(clinic, team.owner)
  t.equal((await rosa.get('/my-details')).status, 200)
  await moveClinic(clinic, 'Pacific/Kiritimati')
  t.match((await rosa.get('/my-details')).location, /^\/sign-in/)
  t.equal((await rosa.post('/my-details', { firstName: 'Rosa' })).status, 401)
  t.equal((await owner.get('/my-details')).status, 200)
})

t.test('somebody whose access starts later joins now, and signs in from that day', async (t) => {
  const { app, config, db, team } = await testClinic(t)
  await setAccess(db, team.invited, { from: 2 })
  const day = said(await clinicDay(db, team.invited, 2))
  const ivan = new Visitor(app)
  const page = await ivan.follow(await ivan.get(await joinPath(db, config, team.invited)))
  t.match(page.text, `You can create your password now, and sign in from ${day}.`)
  const answer = await ivan.post('/join', { link: hidden(page, 'link'), password: PASSWORD })
  t.equal(answer.location, '/sign-in')
  t.match((await ivan.follow(answer)).text, `Your password is saved. You can sign in from ${day}.`)
  t.match((await ivan.get('/my-details')).location, /^\/sign-in/)
  t.match((await ivan.signIn(team.invited, PASSWORD)).text, `You can sign in from ${day}.`)
  await setAccess(db, team.invited, { from: 0 })
  t.equal((await ivan.signIn(team.invited, PASSWORD)).status, 303)
})

t.test('nobody joins once their access has ended, also if it ends while the page is open', async (t) => {
  const { app, config, db, team } = await testClinic(t)
  const path = await joinPath(db, config, team.invited)
  const ivan = new Visitor(app)
  const page = await ivan.follow(await ivan.get(path))
  await setAccess(db, team.invited, { until: -1 })
  const answer = await ivan.post('/join', { link: hidden(page, 'link'), password: PASSWORD })
  t.equal(answer.status, 410)
  t.match(answer.text, 'Your access has ended')
  const { joinedAt } = await db
    .selectFrom('users')
    .select('joinedAt')
    .where('id', '=', team.invited.id)
    .executeTakeFirstOrThrow()
  t.equal(joinedAt, null)
})

t.test('nobody without access today gets a link for a new password, and an earlier one stops', async (t) => {
  const { app, config, db, team } = await testClinic(t)
  const resets = () => db.selectFrom('passwordResets').select('id').execute()
  const visitor = new Visitor(app)
  const ask = () => visitor.post('/forgot-password', { email: team.receptionist.email })
  for (const days of [{ from: 1 }, { until: -1 }]) {
    await setAccess(db, team.receptionist, days)
    t.match((await ask()).text, 'Check your email')
    t.equal((await resets()).length, 0)
  }
  await setAccess(db, team.receptionist, { until: 0 })
  await db.deleteFrom('throttles').where(sql<boolean>`true`).execute()
  await ask()
  const page = await visitor.follow(await visitor.get(await resetPath(db, config, team.receptionist)))
  t.match(page.text, 'Choose a new password')
  await setAccess(db, team.receptionist, { until: -1 })
  const answer = await visitor.post('/reset-password', { link: hidden(page, 'link'), password: PASSWORD })
  t.equal(answer.status, 410)
})

t.test('a code, too, opens nothing once access has ended', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const { phone } = await withApp(clinic, team.receptionist)
  const rosa = await halfSignedIn(clinic, team.receptionist)
  await setAccess(db, team.receptionist, { until: -1 })
  const answer = await rosa.post('/sign-in/code', { code: phone.code() })
  t.equal(answer.status, 422)
  t.match(answer.text, 'Your access ended after')
  t.match((await rosa.get('/my-details')).location, /^\/sign-in/)
  t.match((await new Visitor(clinic.app).signIn(team.receptionist)).text, 'Your access ended after')
})

t.test('nothing that signs somebody in passes over their dates, be it a passkey alone', async (t) => {
  const { db, team } = await testClinic(t)
  await setAccess(db, team.receptionist, { from: 1 })
  const rosa = await db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', team.receptionist.id)
    .executeTakeFirstOrThrow()
  const from = { ip: null, userAgent: null }
  await t.rejects(completeSignIn(db, from, rosa, 'passkey'), {
    message: /Your access hasn’t started yet/,
  })
})
