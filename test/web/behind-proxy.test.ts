import { IP_TRIES_MAX } from '../../src/sessions/throttling.ts'
import { freshApp, testClinic } from '../support/app.ts'
import { secondClinic } from '../support/second-clinic.ts'
import t from '../support/tap.ts'
import { type Fields, Visitor } from '../support/visitor.ts'

const PUBLIC_URL = 'https://frontdesk.localhost'
const HTTPS = { PUBLIC_URL, TRUST_PROXY: 'loopback,10.0.0.0/8,2001:db8:ffff::/48' }
const FROM = { origin: PUBLIC_URL, 'x-forwarded-for': '198.51.100.9', 'x-forwarded-proto': 'https' }

t.test('whoever signs in is known by their own address, however their proxies write it', async (t) => {
  const { app, db, team } = await testClinic(t, HTTPS)
  const written: [sent: Fields, ip: string | null][] = [
    [{ 'x-forwarded-for': '198.51.100.9' }, '198.51.100.9'],
    [{ 'x-forwarded-for': '198.51.100.9:40001' }, '198.51.100.9'],
    [{ 'x-forwarded-for': ' 203.0.113.7:1 ,  198.51.100.9:40001 ' }, '198.51.100.9'],
    [{ 'x-forwarded-for': '198.51.100.9:40001, 10.0.0.4:51000' }, '198.51.100.9'],
    [{ 'x-forwarded-for': '203.0.113.7, 198.51.100.9, 10.0.0.4, 10.0.0.5:80' }, '198.51.100.9'],
    [{ 'x-forwarded-for': '2001:db8::7' }, '2001:db8::7'],
    [{ 'x-forwarded-for': '[2001:db8::7]' }, '2001:db8::7'],
    [{ 'x-forwarded-for': '[2001:db8::7]:40001' }, '2001:db8::7'],
    [{ 'x-forwarded-for': '"[2001:db8::7]:40001"' }, '2001:db8::7'],
    [{ 'x-forwarded-for': '2001:db8::7, [2001:db8:ffff::1]:443' }, '2001:db8::7'],
    [{ 'x-forwarded-for': 'rubbish, 198.51.100.9' }, '198.51.100.9'],
    [{ 'x-forwarded-for': '198.51.100.9,, ' }, '198.51.100.9'],
    [{ 'x-forwarded-for': 'unknown' }, null],
    [{ 'x-forwarded-for': '198.51.100.9, unknown' }, null],
    [{ 'x-forwarded-for': '198.51.100.9, 10.0.0.4, _hidden' }, null],
    [{ 'x-forwarded-for': '999.1.1.1:80' }, null],
    [{ 'x-forwarded-for': '<script>' }, null],
    [{ 'x-forwarded-for': '' }, null],
    [{}, null],
    [{ forwarded: 'for=198.51.100.9;proto=https;by=10.0.0.4' }, '198.51.100.9'],
    [{ forwarded: 'for=203.0.113.7, For="[2001:db8::7]:40001";proto=https' }, '2001:db8::7'],
    [{ forwarded: 'for=203.0.113.7, proto=https' }, null],
    [{ forwarded: 'for=203.0.113.7', 'x-forwarded-for': '198.51.100.9' }, '198.51.100.9'],
    [{ 'x-forwarded-for': '10.0.0.7' }, '10.0.0.7'],
  ]
  for (const [sent, ip] of written) {
    const visit = await signIn(new Visitor(app), team.owner, { 'x-forwarded-proto': 'https', ...sent })
    t.equal(visit.location, '/', JSON.stringify(sent))
    const events = db
      .selectFrom('events')
      .select('ip')
      .where('action', '=', 'signed-in')
      .orderBy('id', 'desc')
    t.equal((await events.limit(1).executeTakeFirstOrThrow()).ip, ip, JSON.stringify(sent))
  }
})

t.test('what somebody says who is no proxy is not believed', async (t) => {
  const { app } = await freshApp(t, HTTPS)
  let seen: string | null = ''
  app.addHook('onSend', async (request) => {
    seen = request.clientIp
  })
  for (const headers of [FROM, { forwarded: 'for=198.51.100.9' }]) {
    await app.inject({ url: '/health/live', remoteAddress: '203.0.113.50', headers })
    t.equal(seen, '203.0.113.50')
  }
})

t.test('wrong tries from one port of one address hold nobody else back', async (t) => {
  const { app, team } = await testClinic(t, HTTPS)
  for (let port = 40_000; port < 40_000 + IP_TRIES_MAX; port++)
    await signIn(
      new Visitor(app),
      { email: `${port}@x.example` },
      { ...FROM, 'x-forwarded-for': `198.51.100.9:${port}` },
    )
  const same = await signIn(new Visitor(app), team.owner, {
    ...FROM,
    'x-forwarded-for': '198.51.100.9:50000',
  })
  t.equal(same.status, 429, 'a new port is no new address')
  const other = await signIn(new Visitor(app), team.owner, {
    ...FROM,
    'x-forwarded-for': '198.51.100.10:40001',
  })
  t.equal(other.location, '/')
})

t.test(
  'thirty wrong tries do not lock everybody out whose proxy passes on no address; the log says so once',
  async (t) => {
    const { app, team, logged } = await testClinic(t, HTTPS)
    const unknown = { ...FROM, 'x-forwarded-for': 'unknown' }
    for (let count = 0; count <= IP_TRIES_MAX; count++)
      await signIn(new Visitor(app), { email: `${count}@x.example` }, unknown)
    t.equal((await signIn(new Visitor(app), team.owner, unknown)).location, '/')
    t.equal(logged.filter(({ msg }) => /no readable address/.test(String(msg))).length, 1)
  },
)

t.test('people stay signed in over https, whatever the proxy says of it', async (t) => {
  const { app, team, logged } = await testClinic(t, HTTPS)
  const written: Fields[] = [
    { 'x-forwarded-proto': 'https' },
    { 'x-forwarded-proto': 'HTTPS' },
    { 'x-forwarded-proto': 'https,http' },
    { 'x-forwarded-proto': ' https , http , http' },
    { 'x-forwarded-proto': '' },
    {},
    { 'x-forwarded-proto': 'http', 'sec-fetch-site': 'same-origin' },
    { 'x-forwarded-proto': 'http,http', 'sec-fetch-site': 'none' },
  ]
  for (const sent of written) {
    const olivia = new Visitor(app)
    const headers = { 'x-forwarded-for': '198.51.100.9', ...sent }
    const visit = await signIn(olivia, team.owner, headers)
    t.match(String(visit.headers['set-cookie']), /__Host-session=[^;]+; .*Secure/, JSON.stringify(sent))
    t.equal((await olivia.get('/my-details', headers)).status, 200, JSON.stringify(sent))
  }
  t.equal(logged.filter(({ msg }) => /sends no X-Forwarded-Proto/.test(String(msg))).length, 1)
  t.equal(logged.filter(({ msg }) => /X-Forwarded-Proto: http /.test(String(msg))).length, 1)
})

t.test('a clinic at its own host is known to come over https there', async (t) => {
  const clinic = await testClinic(t, HTTPS)
  await secondClinic(clinic)
  const origin = 'https://hilltop-clinic.frontdesk.localhost'
  const visitor = new Visitor(clinic.app, origin)
  const forwarded = { 'x-forwarded-for': '198.51.100.9', 'x-forwarded-proto': 'http' }
  const post = (from: string) =>
    visitor.post('/sign-in', { email: 'nobody@x.example', password: 'wrong' }, { ...forwarded, origin: from })
  t.equal((await post(origin)).status, 422)
  t.equal((await post('https://evil.example')).status, 403)
})

t.test('somebody whose browser keeps no cookies is told why they are not in', async (t) => {
  const { app, team, logged } = await testClinic(t, HTTPS)
  const referer = `${PUBLIC_URL}/sign-in?next=%2Fmy-details`
  for (let round = 0; round < 2; round++) {
    const rosa = new Visitor(app)
    const visit = await signIn(rosa, team.receptionist, FROM, '/my-details')
    t.equal(visit.location, '/my-details')
    rosa.cookies.clear()
    const wanted = await rosa.get('/my-details', { ...FROM, referer })
    const page = await rosa.get(wanted.location ?? '', FROM)
    t.match(
      page.text,
      'Cookies must be enabled. You weren’t signed in, because your browser didn’t keep our cookie.',
    )
    t.match(page.html, 'name="next" value="/my-details"')
    t.equal(page.headers['set-cookie'], undefined)
    t.equal(
      (await rosa.get('/', { ...FROM, referer })).location,
      '/sign-in?cookies=none',
      'without a wanted page, too',
    )
  }
  t.equal(logged.filter(({ msg }) => /without its cookie/.test(String(msg))).length, 1)
  for (const elsewhere of [`${PUBLIC_URL}/my-details`, 'https://mail.example/sign', ''])
    t.equal((await new Visitor(app).get('/', { ...FROM, referer: elsewhere })).location, '/sign-in')
  const guest = await new Visitor(app).get('/sign-in', FROM)
  t.notMatch(guest.text, 'Cookies')
  t.match(
    guest.html,
    'class="wordmark" href="/sign-in"',
    'no link there leads to a page that asks to sign in',
  )
})

function signIn(visitor: Visitor, user: { email: string }, headers: Fields, next = '') {
  const fields = { email: user.email, password: 'correct horse battery', ...(next && { next }) }
  return visitor.post('/sign-in', fields, { origin: PUBLIC_URL, ...headers })
}
