import { sql } from 'kysely'
import {
  BARE_HOST,
  bareLinkIn,
  FIRST_RUN,
  manyClinics,
  newestEmail,
  originOf,
  setUpClinic,
} from '../support/bare-host.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

t.test('where sign-up is open, anyone sets up a clinic with a link from their mailbox', async (t) => {
  const parts = await manyClinics(t)
  const { app, db } = parts
  const hanna = new Visitor(app, BARE_HOST)
  t.match(await hanna.get('/new-clinic'), { status: 200, text: 'Set up your clinic' })
  t.match(await hanna.post('/new-clinic', { email: 'hanna@hilltop.example' }), {
    status: 200,
    text: 'Check your email',
  })
  const text = await newestEmail(parts, 'hanna@hilltop.example')
  t.match(text, 'Hello,\n\nWith this link, you can set up a clinic in Frontdesk.')
  const path = bareLinkIn(text)
  t.match(path, /^\/new-clinic\/\d+\.[\w-]{43}$/)

  const form = await hanna.get(path)
  t.match(form, { status: 200, text: 'hanna@hilltop.example' })
  t.notOk(form.headers['set-cookie'], 'nothing is kept')
  t.match(await hanna.post(path, FIRST_RUN), { status: 303, location: path })
  t.match(await hanna.get(path), { status: 200, text: 'http://hilltop.frontdesk.localhost/sign-in' })

  const there = new Visitor(app, originOf('hilltop'))
  t.match((await there.get('/sign-in')).text, 'Hilltop Clinic')
  t.match(await there.signIn({ email: 'hanna@hilltop.example' }, FIRST_RUN.password), { status: 303 })
  t.match((await there.get('/settings/users')).text, 'Hanna Hill')
  const clinic = await db.selectFrom('clinics').selectAll().executeTakeFirstOrThrow()
  t.match(clinic, { label: 'hilltop', usersMax: 500, invitationsDailyMax: 100, country: 'AU' })
})

t.test('pressed twice, or by two at once, the link sets up one clinic', async (t) => {
  const parts = await manyClinics(t)
  const { path } = await setUpClinic(parts, 'hanna@hilltop.example')
  const others = await Promise.all(
    [1, 2, 3].map((at) =>
      new Visitor(parts.app, BARE_HOST).post(path, { ...FIRST_RUN, label: `other-${at}` }),
    ),
  )
  t.same(
    others.map(({ status }) => status),
    [200, 200, 200],
  )
  t.match(others[0]?.text, 'hilltop.frontdesk.localhost')
  t.same(await parts.db.selectFrom('clinics').select('label').execute(), [{ label: 'hilltop' }])
})

t.test(
  'two people who want the same web address: one gets it, the other loses nothing they typed',
  async (t) => {
    const parts = await manyClinics(t)
    const { app, db } = parts
    const paths = []
    for (const email of ['hanna@hilltop.example', 'otto@hilltop.example']) {
      await new Visitor(app, BARE_HOST).post('/new-clinic', { email })
      paths.push(bareLinkIn(await newestEmail(parts, email)))
    }
    const answers = await Promise.all(paths.map((path) => new Visitor(app, BARE_HOST).post(path, FIRST_RUN)))
    t.same(answers.map(({ status }) => status).sort(), [303, 422])
    const refused = answers.find(({ status }) => status === 422)
    t.match(refused?.text, 'This web address is taken. Choose another one.')
    t.match(refused?.html, 'value="Hilltop Clinic"')
    t.equal((await db.selectFrom('clinics').select('id').execute()).length, 1)
    const free = paths[answers.findIndex(({ status }) => status === 422)] ?? ''
    const again = await new Visitor(app, BARE_HOST).post(free, { ...FIRST_RUN, label: 'hilltop-2' })
    t.equal(again.status, 303, 'the link was not used up')
  },
)

const REFUSED: [label: string, message: string][] = [
  ['', 'Enter the web address.'],
  ['ab', 'Use 3 to 40 characters.'],
  ['a'.repeat(41), 'Use 3 to 40 characters.'],
  ['hill top', 'Use only lower-case letters, numbers and hyphens.'],
  ['hügel', 'Use only lower-case letters, numbers and hyphens.'],
  ['hilltop.example', 'Use only lower-case letters, numbers and hyphens.'],
  ['-hilltop', 'Don’t begin or end with a hyphen'],
  ['hilltop-', 'Don’t begin or end with a hyphen'],
  ['xn--hilltop', 'Don’t begin or end with a hyphen'],
  ['www', 'This web address is taken.'],
  ['admin', 'This web address is taken.'],
]

t.test(
  'a web address that is no host name, or that people take for ours, is refused at its field',
  async (t) => {
    const parts = await manyClinics(t)
    const { path } = await setUpClinic(parts, 'hanna@hilltop.example', { label: '' })
    for (const [label, message] of REFUSED) {
      const visit = await new Visitor(parts.app, BARE_HOST).post(path, { ...FIRST_RUN, label })
      t.match(visit, { status: 422, text: message }, label)
      t.match(visit.html, 'id="label-error"', label)
    }
    const visit = await new Visitor(parts.app, BARE_HOST).post(path, { ...FIRST_RUN, label: 'HillTop' })
    t.equal(visit.status, 303, 'capitals are read as small letters')
  },
)

t.test('a password made of the clinic’s name or the person’s address is refused', async (t) => {
  const parts = await manyClinics(t)
  const { answer } = await setUpClinic(parts, 'hanna@hilltop.example', { password: 'hilltop clinic hilltop' })
  t.match(answer, { status: 422, text: /password/i })
  t.same(await parts.db.selectFrom('clinics').select('id').execute(), [])
})

t.test('an expired link says so, and one that is not ours is not known', async (t) => {
  const parts = await manyClinics(t)
  const { app, db } = parts
  await new Visitor(app, BARE_HOST).post('/new-clinic', { email: 'hanna@hilltop.example' })
  const path = bareLinkIn(await newestEmail(parts, 'hanna@hilltop.example'))
  const strange = new Visitor(app, BARE_HOST)
  for (const other of [
    path.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    '/new-clinic/1',
    '/new-clinic/x.y',
  ])
    t.match(await strange.get(other), { status: 404, text: 'This link doesn’t work' })
  await db
    .updateTable('clinicInvitations')
    .set({ expiresAt: sql<Date>`now() - interval '1 second'` })
    .execute()
  t.match(await strange.get(path), { status: 410, text: 'This link has expired' })
  t.match(await strange.post(path, FIRST_RUN), { status: 410 })
  t.same(await db.selectFrom('clinics').select('id').execute(), [])
})

t.test('where sign-up is not open, nobody can ask', async (t) => {
  const { app, db } = await manyClinics(t, { CLINICS: 'many' })
  const someone = new Visitor(app, BARE_HOST)
  t.equal((await someone.get('/new-clinic')).status, 404)
  t.equal((await someone.post('/new-clinic', { email: 'a@b.example' })).status, 404)
  t.notMatch((await someone.get('/find')).text, 'Set up a new clinic')
  t.same(await db.selectFrom('emails').select('id').execute(), [])
})
