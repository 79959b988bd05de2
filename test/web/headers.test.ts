import t from 'tap'
import { PUBLIC_URL, testClinic } from '../support/app.ts'
import { Visitor } from '../support/visitor.ts'

t.test('every answer keeps foreign code, frames and caches out', async (t) => {
  const { app, cast } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(cast.administrator)
  const urls = [
    '/settings/users',
    '/settings/users/new',
    '/settings/roles',
    '/my-details',
    '/nowhere',
    '/join',
    '/health/live',
    '/',
  ]
  for (const url of urls) {
    const { headers } = await adam.get(url)
    const policy = String(headers['content-security-policy'])
    t.match(policy, "default-src 'none'", url)
    t.match(policy, "frame-ancestors 'none'", url)
    t.notMatch(policy, /unsafe|https?:|\*|data:/, url)
    t.match(headers, { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }, url)
    t.match(headers, { 'referrer-policy': 'same-origin', 'x-frame-options': 'DENY' }, url)
    t.notOk(headers['access-control-allow-origin'], url)
    t.notOk(headers['x-powered-by'] ?? headers.server, `${url} tells no version`)
  }
})

t.test('assets are kept for good and change their address with their content', async (t) => {
  const { app } = await testClinic(t)
  const someone = new Visitor(app)
  const page = await someone.get('/sign-in')
  const assets = [...page.html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '')
  t.equal(assets.length, 3)
  for (const asset of assets) {
    const answer = await someone.get(asset)
    t.equal(answer.status, 200, asset)
    t.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable')
  }
  for (const outside of [
    '/assets/x/../package.json',
    '/assets/x/..%2f..%2fpackage.json',
    '/assets/x/%2e%2e/src/app.ts',
  ]) {
    t.ok([403, 404].includes((await someone.get(outside)).status), outside)
  }
})

t.test(
  'an address that is broken or not there gets a plain page, and a method that is none a refusal',
  async (t) => {
    const { app } = await testClinic(t)
    const someone = new Visitor(app)
    t.equal((await someone.get('/%E0%A4')).status, 400)
    const missing = await someone.get('/<script>alert(1)</script>')
    t.equal(missing.status, 404)
    t.notMatch(missing.html, '<script>alert')
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const) {
      t.equal(
        (await someone.send({ method, url: '/settings/users', headers: { origin: PUBLIC_URL } })).status,
        404,
        method,
      )
    }
  },
)

t.test('what goes wrong inside is not shown outside', async (t) => {
  const { app, db, cast, logged } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(cast.administrator)
  await db.schema.alterTable('phone_numbers').renameTo('hidden').execute()
  const failed = await adam.get(`/settings/users/${cast.invited.id}`)
  t.equal(failed.status, 500)
  t.match(failed.text, 'Something went wrong')
  t.notMatch(failed.html, /phone_numbers|relation|\.ts/)
  t.equal(logged.length, 1)
  t.match(JSON.stringify(logged[0]), 'phone_numbers')
  logged.length = 0
})
