import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import { type Phone, SECOND_STEP, withApp } from '../support/second-step.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

const RULE = '/settings/clinic/second-step'

async function remembering(clinic: TestClinic, phone: Phone): Promise<Visitor> {
  const { email } = clinic.team.receptionist
  const visitor = new Visitor(clinic.app)
  await visitor.post('/sign-in', { email, password: DEMO_PASSWORD })
  await visitor.post('/sign-in/code', { code: phone.code(), remember: 'yes' })
  return visitor
}

async function signsInAgain(visitor: Visitor, { team }: TestClinic): Promise<string | null> {
  await visitor.post('/sign-out')
  const { email } = team.receptionist
  return (await visitor.post('/sign-in', { email, password: DEMO_PASSWORD })).location
}

async function withRemembering(clinic: TestClinic): Promise<{ phone: Phone; visitor: Visitor }> {
  const { phone, visitor } = await withApp(clinic, clinic.team.receptionist)
  await clinic.db.updateTable('clinics').set({ rememberDays: 30 }).execute()
  return { phone, visitor }
}

t.test(
  'a browser that is remembered skips the code, never the password, until it is forgotten',
  async (t) => {
    const clinic = await testClinic(t)
    const { phone } = await withRemembering(clinic)
    const visitor = await remembering(clinic, phone)
    t.equal(await signsInAgain(visitor, clinic), '/')
    const wrong = new Visitor(clinic.app)
    for (const [name, value] of visitor.cookies) wrong.cookies.set(name, value)
    const { email } = clinic.team.receptionist
    await wrong.post('/sign-out')
    t.equal((await wrong.post('/sign-in', { email, password: 'not her password at all' })).status, 422)
    t.equal(await signsInAgain(visitor, clinic), '/')
    const page = await visitor.get(SECOND_STEP)
    t.match(page.text, 'Browsers that need no code')
    const path = /action="([^"]*known-browsers[^"]*)"/.exec(page.html)?.[1] ?? ''
    t.equal((await visitor.post(path)).location, SECOND_STEP)
    t.equal(await signsInAgain(visitor, clinic), '/sign-in/code')
  },
)

t.test('such a sign-in counts as one step: what asks for the second one still does', async (t) => {
  const clinic = await testClinic(t)
  const { phone } = await withRemembering(clinic)
  const visitor = await remembering(clinic, phone)
  await signsInAgain(visitor, clinic)
  t.match((await visitor.post(`${SECOND_STEP}/recovery-codes`)).html, 'name="code"')
  const steps = clinic.db.selectFrom('sessions').select(['secondStep', 'secondStepAt'])
  t.ok((await steps.execute()).some((row) => row.secondStep === 'known browser' && row.secondStepAt === null))
})

t.test('it is over with another second step, another password, or once the clinic says so', async (t) => {
  const clinic = await testClinic(t)
  const { phone, visitor: rosa } = await withRemembering(clinic)
  const visitor = await remembering(clinic, phone)
  await clinic.db.updateTable('clinics').set({ rememberDays: 0 }).execute()
  t.equal(await signsInAgain(visitor, clinic), '/sign-in/code', 'the clinic lets no browser be remembered')
  await clinic.db.updateTable('clinics').set({ rememberDays: 30 }).execute()
  t.equal(await signsInAgain(visitor, clinic), '/')
  const password = 'quiet harbour lantern seven'
  t.equal((await rosa.post('/my-details/password', { currentPassword: DEMO_PASSWORD, password })).status, 303)
  const { email } = clinic.team.receptionist
  t.equal((await visitor.post('/sign-in', { email, password })).location, '/sign-in/code')
})

t.test('it is over for whoever is signed out everywhere, or is made an owner', async (t) => {
  const clinic = await testClinic(t)
  const { app, team } = clinic
  const { phone, visitor: rosa } = await withRemembering(clinic)
  const visitor = await remembering(clinic, phone)
  const elsewhere = await rosa.post('/my-details/sessions/sign-out')
  t.match(elsewhere.text, 'Every browser will ask for a code again.')
  t.equal(await signsInAgain(visitor, clinic), '/', 'a last look ends nothing')
  await pressAndVerify(rosa, '/my-details/sessions/sign-out')
  t.equal(await signsInAgain(visitor, clinic), '/sign-in/code')

  const another = await remembering(clinic, phone)
  const olivia = await signedIn(clinic, team.owner)
  await pressAndVerify(olivia, `/settings/users/${team.receptionist.id}/sign-out`)
  t.equal(await signsInAgain(another, clinic), '/sign-in/code')

  const { phone: adams } = await withApp(clinic, team.administrator)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  await adam.post('/sign-in/code', { code: adams.code(), remember: 'yes' })
  await pressAndVerify(olivia, `/settings/users/${team.administrator.id}/ownership`)
  await adam.post('/sign-out')
  t.equal((await adam.signIn(team.administrator)).location, '/sign-in/code')
})

t.test('a guessed or foreign token is remembered for nobody', async (t) => {
  const clinic = await testClinic(t)
  const { phone } = await withRemembering(clinic)
  const visitor = await remembering(clinic, phone)
  const { administrator } = clinic.team
  await clinic.db
    .updateTable('users')
    .set({ secondStepSince: new Date() })
    .where('id', '=', administrator.id)
    .execute()
  await visitor.post('/sign-out')
  const shared = await visitor.post('/sign-in', { email: administrator.email, password: DEMO_PASSWORD })
  t.equal(shared.location, '/sign-in/code', 'of one person, on a tablet that two share')
  for (const token of ['', 'x', 'A'.repeat(43)]) {
    const other = new Visitor(clinic.app)
    other.cookies.set('known', token)
    const { email } = clinic.team.receptionist
    t.equal(
      (await other.post('/sign-in', { email, password: DEMO_PASSWORD })).location,
      '/sign-in/code',
      token,
    )
  }
})

t.test('what the clinic stops remembering stays forgotten when it begins again', async (t) => {
  const clinic = await testClinic(t)
  const { phone } = await withRemembering(clinic)
  const visitor = await remembering(clinic, phone)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const save = async (rememberDays: string) => {
    const saved = await pressAndVerify(adam, RULE, { twoStep: 'nobody', rememberDays })
    t.equal(saved.location, RULE)
  }
  const until = () => clinic.db.selectFrom('knownBrowsers').select('skipsCodeUntil').execute()
  await save('7')
  t.equal(await signsInAgain(visitor, clinic), '/', 'not yet')
  const inAWeek = Date.now() + 7 * 24 * 60 * 60_000
  t.ok((await until()).every(({ skipsCodeUntil }) => (skipsCodeUntil?.getTime() ?? 0) <= inAWeek))
  await save('0')
  await save('30')
  t.equal(await signsInAgain(visitor, clinic), '/sign-in/code')
})

t.test('a cookie that a colleague copied before the browser was remembered skips nothing', async (t) => {
  const clinic = await testClinic(t)
  const { app, team } = clinic
  const { phone } = await withRemembering(clinic)
  const { phone: adams } = await withApp(clinic, team.administrator)
  const shared = new Visitor(app)
  await shared.signIn(team.administrator)
  await shared.post('/sign-in/code', { code: adams.code(), remember: 'yes' })
  const copy = shared.cookies.get('known') ?? ''
  await shared.post('/sign-out')
  await shared.signIn(team.receptionist)
  await shared.post('/sign-in/code', { code: phone.code(), remember: 'yes' })
  const thief = new Visitor(app)
  for (const user of [team.receptionist, team.administrator]) {
    thief.cookies.set('known', copy)
    t.equal((await thief.signIn(user)).location, '/sign-in/code')
    await shared.post('/sign-out')
    t.equal((await shared.signIn(user)).location, '/', 'the browser itself does')
  }
})

t.test('someone is told of a sign-in in a browser not seen before, and of no other', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  const told = async () => {
    const emails = clinic.db.selectFrom('emails').select('recipient').where('kind', '=', 'new browser')
    return (await emails.execute()).map(({ recipient }) => recipient)
  }
  const first = await signedIn(clinic, receptionist)
  t.same(await told(), [], 'the first one ever is no news')
  await first.post('/sign-out')
  await first.signIn(receptionist)
  t.same(await told(), [])
  await signedIn(clinic, receptionist)
  t.same(await told(), [receptionist.email])
  await pressAndVerify(first, '/my-details/sessions/sign-out')
  t.same(await told(), [receptionist.email])
})
