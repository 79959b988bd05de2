import { sql } from 'kysely'
import {
  BARE_HOST,
  bareLinkIn,
  manyClinics,
  newestEmail,
  originOf,
  setUpClinic,
} from '../support/bare-host.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

const BETH = 'beth@books.example'

t.test('a bookkeeper of three clinics gets a list of them; everyone gets the same page', async (t) => {
  const parts = await manyClinics(t)
  const { app, db } = parts
  for (const label of ['hilltop', 'harbour', 'riverside']) {
    await setUpClinic(parts, BETH, { label, clinicName: `${label} clinic` })
    await db.deleteFrom('throttles').execute()
  }
  t.equal(new Set((await db.selectFrom('users').select('passwordHash').execute()).map(String)).size, 1)
  await setUpClinic(parts, 'otto@other.example', { label: 'elsewhere' })
  const beth = new Visitor(app, BARE_HOST)
  t.match(await beth.follow(await beth.get('/')), { status: 200, text: 'Find your clinic' })
  const answers = []
  for (const email of [BETH.toUpperCase(), 'nobody@books.example'])
    answers.push(await beth.post('/find', { email }))
  t.match(answers[0], { status: 200, text: 'A list of your clinics is on its way' })
  t.equal(answers[0]?.html, answers[1]?.html)

  const text = await newestEmail(parts, BETH.toUpperCase())
  for (const label of ['hilltop', 'harbour', 'riverside'])
    t.match(text, `${label} clinic: http://${label}.frontdesk.localhost/sign-in`)
  t.notMatch(text, 'elsewhere')
  t.match(await newestEmail(parts, 'nobody@books.example'), 'No clinic here has an account for this address.')
})

t.test('an address is sent one list in fifteen minutes, and nobody is told that it was', async (t) => {
  const { app, db } = await manyClinics(t)
  const count = async () => (await db.selectFrom('emails').select('id').execute()).length
  for (const at of [1, 2, 3]) {
    const visit = await new Visitor(app, BARE_HOST).post('/find', { email: BETH })
    t.match(visit, { status: 200, text: 'A list of your clinics is on its way' }, `${at}`)
  }
  t.equal(await count(), 1)
  for (const at of Array.from({ length: 7 }).keys())
    await new Visitor(app, BARE_HOST).post('/find', { email: `someone-${at}@books.example` })
  const tooMany = await new Visitor(app, BARE_HOST).post('/find', { email: 'one-more@books.example' })
  t.equal(tooMany.status, 429, 'ten from one network')
  t.match(tooMany.html, 'value="one-more@books.example"')
  t.equal(await count(), 8)
})

t.test('people who left, or whose clinic is suspended, do not find it', async (t) => {
  const parts = await manyClinics(t)
  const { app, db } = parts
  await setUpClinic(parts, BETH)
  const found = async () => {
    await db.deleteFrom('throttles').execute()
    await new Visitor(app, BARE_HOST).post('/find', { email: BETH })
    return /hilltop/.test((await newestEmail(parts, BETH)) ?? '')
  }
  t.ok(await found())
  await db.updateTable('clinics').set({ suspendedAt: sql`now()`, suspendReason: 'unpaid' }).execute()
  t.notOk(await found())
  await db.updateTable('clinics').set({ suspendedAt: null, suspendReason: null }).execute()
  await db.updateTable('users').set({ deactivatedAt: sql`now()` }).execute()
  t.notOk(await found())
})

t.test('whoever proved the mailbox keeps the list in this browser, and can forget it', async (t) => {
  const parts = await manyClinics(t)
  const { app, db } = parts
  await setUpClinic(parts, BETH)
  const beth = new Visitor(app, BARE_HOST)
  await beth.post('/find', { email: BETH })
  const path = bareLinkIn(/\S+\/find\/\S+/.exec((await newestEmail(parts, BETH)) ?? '')?.[0] ?? '')
  t.match(path, /^\/find\//)
  const opened = await beth.get(path)
  t.match(opened, { status: 200, text: 'Hilltop Clinic' })
  t.notOk(opened.headers['set-cookie'], 'a mail scanner leaves nothing behind')
  t.notMatch((await beth.get('/find')).text, 'Hilltop Clinic')
  t.match(await beth.post(path), { status: 303, location: '/find' })
  t.match(await beth.get('/find'), { status: 200, text: 'Clinics where beth@books.example has an account.' })
  t.match((await beth.get('/find')).html, 'href="http://hilltop.frontdesk.localhost/sign-in"')

  const forged = new Visitor(app, BARE_HOST)
  const [text = '', signature = ''] = (beth.cookies.get('mailbox') ?? '').split('.')
  const other = Buffer.from(
    JSON.stringify({ email: 'otto@other.example', until: Date.now() + 1e9 }),
  ).toString('base64url')
  for (const value of [`${other}.${signature}`, `${text}.`, text, 'x', '.']) {
    forged.cookies.set('mailbox', value)
    t.match(await forged.get('/find'), { status: 200, text: 'Find your clinic' }, value.slice(-20))
  }
  await db.updateTable('users').set({ deactivatedAt: sql`now()` }).execute()
  t.notMatch((await beth.get('/find')).text, 'Hilltop Clinic', 'the list is of now')
  t.match(await beth.post('/find/forget'), { status: 303 })
  t.match((await beth.get('/find')).text, 'Find your clinic')
  await db
    .updateTable('finderRequests')
    .set({ createdAt: sql`now() - interval '25 hours'` as never })
    .execute()
  t.match(await beth.get(path), { status: 404, text: 'Find your clinic again' })
  t.equal((await beth.post(path)).status, 404)
})

t.test('at the bare host and at no clinic’s, there is nothing of a clinic', async (t) => {
  const parts = await manyClinics(t)
  const { app } = parts
  await setUpClinic(parts, BETH)
  const bare = new Visitor(app, BARE_HOST)
  for (const path of ['/sign-in', '/settings/users', '/join/1.x', '/forgot-password', '/setup', '/nothing'])
    t.match(await bare.get(path), { status: 404, text: 'There’s no clinic at this address' }, path)
  t.equal((await bare.post('/sign-in', { email: BETH, password: 'x' })).status, 404)
  t.match((await bare.get('/sign-in')).html, 'href="http://frontdesk.localhost/find"')
  const [there, nowhere] = [new Visitor(app, originOf('hilltop')), new Visitor(app, originOf('nowhere'))]
  for (const path of ['/find', '/new-clinic', '/find/1.x']) {
    t.equal((await there.get(path)).status, 404, path)
    t.equal((await nowhere.get(path)).status, 404, path)
  }
  t.same(await (await nowhere.get('/sign-in')).text, (await bare.get('/sign-in')).text, 'without a hint')
})

t.test('the menu leads to the other clinics', async (t) => {
  const parts = await manyClinics(t)
  await setUpClinic(parts, BETH)
  const beth = new Visitor(parts.app, originOf('hilltop'))
  await beth.signIn({ email: BETH }, 'seven green parrots')
  t.match(
    (await beth.get('/my-details')).html,
    /<a href="http:\/\/frontdesk\.localhost\/find">Your clinics<\/a>/,
  )
})

t.test('a proxy learns which hosts are ours, and nobody else does', async (t) => {
  const parts = await manyClinics(t)
  await setUpClinic(parts, BETH)
  const ask = async (domain: string, headers: Record<string, string> = {}) => {
    const url = `/internal/tls?domain=${encodeURIComponent(domain)}`
    return (await parts.app.inject({ url, headers: { host: 'localhost:3000', ...headers } })).statusCode
  }
  for (const domain of ['hilltop.frontdesk.localhost', 'HILLTOP.frontdesk.localhost', 'frontdesk.localhost'])
    t.equal(await ask(domain), 200, domain)
  for (const domain of [
    '',
    'nowhere.frontdesk.localhost',
    'evil.example',
    'x.hilltop.frontdesk.localhost',
    '%',
  ])
    t.equal(await ask(domain), 404, domain)
  t.equal(await ask('hilltop.frontdesk.localhost', { host: 'evil.example' }), 404, 'not from outside')
  t.equal(await ask('hilltop.frontdesk.localhost', { 'x-forwarded-for': '203.0.113.7' }), 404)
})

t.test('where there are many clinics, these routes come to those of one', async (t) => {
  const many = await manyClinics(t)
  const one = await manyClinics(t, {})
  const routesOf = ({ app }: typeof one) =>
    [...app.accessTable].filter(([route]) => !route.startsWith('HEAD '))
  const known = new Map(routesOf(one))
  t.same(Object.fromEntries(routesOf(many).filter(([route]) => !known.has(route))), {
    'GET /internal/tls': 'anyone',
    'GET /find': 'anyone',
    'POST /find': 'anyone',
    'POST /find/forget': 'anyone',
    'GET /find/:token': 'anyone',
    'POST /find/:token': 'anyone',
    'GET /new-clinic': 'anyone',
    'POST /new-clinic': 'anyone',
    'GET /new-clinic/:token': 'anyone',
    'POST /new-clinic/:token': 'anyone',
    'GET /settings/clinic/address': 'clinic.ownership',
    'POST /settings/clinic/address': 'clinic.ownership',
  })
})
