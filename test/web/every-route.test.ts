import { type TestClinic, testClinic } from '../support/app.ts'
import { joinPath } from '../support/invitations.ts'
import { signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { type Fields, type Visit, Visitor } from '../support/visitor.ts'

const TABLES = ['clinics', 'users', 'phoneNumbers', 'invitations', 'invitationRequests'] as const
const MORE_TABLES = ['passwordResets', 'emailChanges', 'imports', 'importRows', 'emails'] as const

/** An address for each GET route, with something real behind its parameters. */
function pathsOf({ app, team }: TestClinic): string[] {
  const routes = [...app.accessTable.keys()].filter((route) => route.startsWith('GET '))
  return routes.map((route) =>
    route
      .slice('GET '.length)
      .replace('/outbox/:id', '/outbox/1')
      .replace('/imports/:id', '/imports/1')
      .replace(':kind', 'invitation')
      .replace(':version/*', 'x/frontdesk.css')
      .replace(':token', '1.x')
      .replace(':id', team.invited.id),
  )
}

async function look(visitor: Visitor, paths: string[], headers: Fields = {}): Promise<Visit[]> {
  const visits: Visit[] = []
  for (const path of paths) visits.push(await visitor.get(path, headers))
  return visits
}

t.test('every answer names its kind and its letters, and is for our own pages alone', async (t) => {
  const clinic = await testClinic(t, { PUBLIC_URL: 'https://frontdesk.localhost', TRUST_PROXY: 'loopback' })
  const https = {
    'x-forwarded-proto': 'https',
    host: 'frontdesk.localhost',
    origin: 'https://frontdesk.localhost',
  }
  const adam = new Visitor(clinic.app)
  await adam.post(
    '/sign-in',
    { email: clinic.team.administrator.email, password: 'correct horse battery' },
    https,
  )
  const visits = await look(
    adam,
    [...pathsOf(clinic), '/nowhere', '/assets/x/none.css', '/settings/users/0'],
    https,
  )
  visits.push(await adam.send({ method: 'POST', url: '/webhooks/postmark', headers: https }))
  t.ok(visits.filter(({ status }) => status === 200).length > 20)
  for (const { url, headers, html } of visits) {
    const type = String(headers['content-type'] ?? '')
    if (html && !url.startsWith('/favicon'))
      t.match(type, /^(text\/(html|plain|css|csv)); charset=utf-8/i, url)
    t.match(headers['strict-transport-security'], /^max-age=31536000; includeSubDomains$/, url)
    t.match(headers, { 'x-content-type-options': 'nosniff' }, url)
    t.match(headers, { 'cross-origin-opener-policy': 'same-origin' }, url)
    t.match(headers, { 'cross-origin-resource-policy': 'same-origin' }, url)
    t.notOk(
      Object.keys(headers).some((name) => name.startsWith('access-control-')),
      url,
    )
    const policy = String(headers['content-security-policy'])
    t.match(policy, /frame-ancestors '(none|self)'/, url)
    if (!url.endsWith('/html')) t.match(policy, /object-src 'none'/, url)
    if (!url.endsWith('/html')) t.match(policy, /base-uri 'none'/, url)
    if (!/^\/(assets|favicon)/.test(url)) t.equal(headers['cache-control'], 'no-store', url)
  }
})

t.test('looking at any page any number of times changes nothing', async (t) => {
  const clinic = await testClinic(t)
  const paths = [...pathsOf(clinic), await joinPath(clinic.db, clinic.config, clinic.team.invited)]
  const adam = await signedIn(clinic, clinic.team.administrator)
  const rows = async () => {
    const tables = [...TABLES, ...MORE_TABLES].map((table) =>
      clinic.db.selectFrom(table).selectAll().execute(),
    )
    return JSON.stringify(await Promise.all(tables))
  }
  const before = await rows()
  await look(adam, paths)
  await look(new Visitor(clinic.app), paths)
  for (const path of paths) await adam.send({ method: 'HEAD', url: path })
  t.equal(await rows(), before)
})

t.test('no page holds a password’s hash or a session, whoever looks', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const visits = await look(adam, [
    ...pathsOf(clinic),
    `/settings/users/${team.owner.id}`,
    '/settings/activity',
  ])
  const users = await db
    .selectFrom('users')
    .select('passwordHash')
    .where('passwordHash', 'is not', null)
    .execute()
  const cookie = decodeURIComponent(adam.cookies.get('session') ?? '').split('.')[0] ?? ''
  t.ok(users.length > 3 && cookie.length > 30)
  for (const { url, html, headers } of visits) {
    t.notMatch(html, /\$2[aby]\$|v1:/, url)
    for (const { passwordHash } of users) t.notOk(html.includes(passwordHash ?? '?'), url)
    t.notOk(html.includes(cookie) || String(headers.location).includes(cookie), url)
  }
})

t.test('a page that a person may read is at no address that a cache would keep', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const person = `/settings/users/${clinic.team.invited.id}`
  for (const path of [person, '/settings/users', '/my-details']) {
    for (const ending of ['.css', '/x.css', ';x.js', '%2fx.png', '%00.css', '/..%2fx.css', '%23.css']) {
      const visit = await adam.get(`${path}${ending}`)
      t.ok([400, 404].includes(visit.status), `${path}${ending} answers ${visit.status}`)
      t.notMatch(visit.text, clinic.team.invited.email)
    }
  }
})

t.test('nothing of the project is served but its public files', async (t) => {
  const clinic = await testClinic(t)
  const someone = new Visitor(clinic.app)
  const asset = /\/assets\/([^/"]+)\//.exec((await someone.get('/sign-in')).html)?.[1]
  const asked = [
    '/.git/HEAD',
    '/.git/config',
    '/.env',
    '/package.json',
    '/package-lock.json',
    '/src/app.ts',
    '/views/layouts/page.eta',
    '/backups/',
    '/data/secret',
    '/docs/',
    '/metrics',
    '/server-status',
    ...[
      '',
      '.',
      'frontdesk.js.map',
      'frontdesk.css.bak',
      'frontdesk.css~',
      '.env',
      'package.json',
      'x.ts',
    ].map((file) => `/assets/${asset}/${file}`),
  ]
  for (const path of asked) {
    const visit = await someone.get(path)
    t.equal(visit.status, 404, path)
    t.notMatch(visit.html, /Index of|frontdesk\.css</, `${path} lists nothing`)
  }
})

t.test('what was encoded twice is decoded once', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const searched = await adam.get('/settings/users?search=%2540%253Cb%253E')
  t.match(searched.html, 'value="%40%3Cb%3E"')
  const typed = await adam.post('/settings/users', 'firstName=%2526lt%253B&lastName=%26lt%3Bi%26gt%3B')
  t.equal(typed.status, 422)
  t.match(typed.html, 'value="%26lt%3B"')
  t.match(typed.html, 'value="&amp;lt;i&amp;gt;"')
  t.equal((await adam.get('/settings/users/%2531')).status, 404)
})

t.test('where a person comes from is what the proxy says, and nobody else', async (t) => {
  const direct = await testClinic(t)
  const lies = {
    'x-forwarded-for': '203.0.113.9',
    'x-real-ip': '203.0.113.9',
    forwarded: 'for=203.0.113.9;host=evil.example;proto=https',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
  }
  const ips = async ({ db }: TestClinic) =>
    (await db.selectFrom('sessions').select('ip').where('userId', 'is not', null).execute()).map(
      ({ ip }) => ip,
    )
  const person = { email: direct.team.owner.email, password: 'correct horse battery' }
  t.equal((await new Visitor(direct.app).post('/sign-in', person, lies)).status, 303)
  t.same(await ips(direct), ['127.0.0.1'], 'without a trusted proxy the header is nothing')
  const forgotten = await new Visitor(direct.app).post('/forgot-password', { email: person.email }, lies)
  t.notMatch(forgotten.html, 'evil.example')

  const proxied = await testClinic(t, { TRUST_PROXY: 'loopback' })
  const chain = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' }
  t.equal((await new Visitor(proxied.app).post('/sign-in', person, chain)).status, 303)
  t.same(
    await ips(proxied),
    ['203.0.113.9'],
    'of a chain the one whom the proxy saw, not the one that was sent along',
  )
})

t.test('the cookie and every address of ours stay short', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  for (const [name, value] of adam.cookies) t.ok(`${name}=${value}`.length < 4096)
  const invitation = await joinPath(clinic.db, clinic.config, clinic.team.invited)
  t.ok(`${clinic.config.publicUrl}${invitation}`.length < 2_000)
})

t.test('the list tells neither addresses nor phone numbers; they stand on a person’s own page', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const { clinicId, id: userId } = team.receptionist
  await db
    .insertInto('phoneNumbers')
    .values({ clinicId, userId, type: 'mobile', number: '+61491570156' })
    .execute()
  const adam = await signedIn(clinic, team.administrator)
  const list = await adam.get('/settings/users')
  const person = await adam.get(`/settings/users/${userId}`)
  t.match(person.text, team.receptionist.email)
  t.match(person.text, '0491 570 156')
  t.match(list.text, team.receptionist.lastName)
  t.notMatch(list.html, team.receptionist.email)
  t.notMatch(list.html, /491.?570.?156/)
})
