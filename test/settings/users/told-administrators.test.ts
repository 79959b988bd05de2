import { withClinicGuard } from '../../../src/database/clinic-guard.ts'
import type { EmailKind } from '../../../src/database/schema.ts'
import { EMAIL_KINDS } from '../../../src/email-kinds.ts'
import { FREE_FAILURES } from '../../../src/sessions/throttling.ts'
import { setAccess } from '../../support/access-dates.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import { halfSignedIn, setUpPath, withApp } from '../../support/second-step.ts'
import t from '../../support/tap.ts'
import { Visitor } from '../../support/visitor.ts'

async function emailsOf({ db }: TestClinic, kind: EmailKind) {
  return db.selectFrom('emails').selectAll().where('kind', '=', kind).orderBy('recipient').execute()
}

const told = async (clinic: TestClinic, kind: EmailKind) =>
  (await emailsOf(clinic, kind)).map(({ recipient }) => recipient)

/** Paula was an administrator for a while. */
async function withFormerAdministrator(t: Parameters<typeof testClinic>[0]): Promise<TestClinic> {
  const clinic = await testClinic(t)
  const { id } = clinic.team.powerReceptionist
  await clinic.db.updateTable('users').set({ role: 'administrator' }).where('id', '=', id).execute()
  await setAccess(clinic.db, clinic.team.powerReceptionist, { until: -1 })
  return clinic
}

t.test('an administrator whose access has ended isn’t told of lost phones and resets', async (t) => {
  const clinic = await withFormerAdministrator(t)
  const { administrator, owner, receptionist } = clinic.team
  await withApp(clinic, receptionist)
  await (await halfSignedIn(clinic, receptionist)).post('/sign-in/help')
  t.same(await told(clinic, 'second step asked for'), [administrator.email, owner.email])
  const adam = await signedIn(clinic, administrator)
  const reset = `/settings/users/${receptionist.id}/second-step/reset`
  await pressAndVerify(adam, reset, { identifiedBy: 'in person' })
  t.same(await told(clinic, 'second step reset'), [owner.email])
})

t.test('nor one who stops being one before the email is sent', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await withApp(clinic, team.receptionist)
  await (await halfSignedIn(clinic, team.receptionist)).post('/sign-in/help')
  const olivia = await signedIn(clinic, team.owner)
  const reset = `/settings/users/${team.receptionist.id}/second-step/reset`
  await pressAndVerify(olivia, reset, { identifiedBy: 'in person' })
  for (const kind of ['second step asked for', 'second step reset'] as const) {
    const email = (await emailsOf(clinic, kind)).find(({ userId }) => userId === team.administrator.id)
    if (!email) throw new Error(`Adam isn’t told: ${kind}`)
    const unwanted = async () => (await EMAIL_KINDS[kind].unwanted(withClinicGuard(db), email))?.code
    t.equal(await unwanted(), undefined, kind)
    await setAccess(db, team.administrator, { until: -1 })
    t.equal(await unwanted(), 'recipientManagesNoMore', kind)
    await setAccess(db, team.administrator, {})
    await db.updateTable('users').set({ role: 'scheduler' }).where('id', '=', team.administrator.id).execute()
    t.equal(await unwanted(), 'recipientManagesNoMore', kind)
    await db
      .updateTable('users')
      .set({ role: 'administrator' })
      .where('id', '=', team.administrator.id)
      .execute()
  }
})

t.test(
  'nobody without access today is reminded to set up a second step, or shown as lacking it',
  async (t) => {
    const clinic = await testClinic(t)
    const { db, team } = clinic
    await setAccess(db, team.receptionist, { until: -1 })
    await setAccess(db, team.scheduler, { from: 1 })
    const { visitor: adam } = await withApp(clinic, team.administrator)
    await db.updateTable('clinics').set({ twoStep: 'everybody', twoStepFrom: '2099-01-01' }).execute()
    const page = await adam.get('/settings/clinic/second-step')
    t.match(page.html, `/settings/users/${team.bookkeeper.id}"`)
    for (const { id } of [team.receptionist, team.scheduler]) t.notMatch(page.html, `/settings/users/${id}"`)
    await adam.post('/settings/clinic/second-step/remind')
    const recipients = await told(clinic, 'second step link')
    t.ok(recipients.includes(team.bookkeeper.email))
    for (const { email } of [team.receptionist, team.scheduler]) t.notOk(recipients.includes(email))
  },
)

t.test('a link to set up a second step stops when access does, and is not sent any more', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  const { visitor: adam } = await withApp(clinic, team.administrator)
  await db.updateTable('clinics').set({ twoStep: 'everybody', twoStepFrom: '2099-01-01' }).execute()
  await adam.post('/settings/clinic/second-step/remind')
  const email = (await emailsOf(clinic, 'second step link')).find(
    ({ userId }) => userId === team.scheduler.id,
  )
  if (!email) throw new Error('Sven isn’t reminded')
  const [link, sven] = [await setUpPath(clinic, team.scheduler), new Visitor(app)]
  await sven.get(link)
  t.equal((await sven.get('/set-up-second-step')).status, 200)
  await setAccess(db, team.scheduler, { until: -1 })
  await sven.get(link)
  t.equal((await sven.get('/set-up-second-step')).status, 410)
  const unwanted = EMAIL_KINDS['second step link'].unwanted(withClinicGuard(db), email)
  t.match(await unwanted, { code: 'accountChanged' })
})

t.test('nobody without access today is told of wrong passwords, which open nothing', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  await setAccess(db, team.receptionist, { until: -1 })
  for (const user of [team.receptionist, team.scheduler])
    for (let nth = 0; nth < FREE_FAILURES + 1; nth++) await new Visitor(app).signIn(user, 'wrong')
  t.same(await told(clinic, 'account locked'), [team.scheduler.email])
})
