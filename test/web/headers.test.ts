import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { PUBLIC_URL, testClinic } from '../support/app.ts'
import { ownerOf } from '../support/database.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

const FORM = 'Content-Type: application/x-www-form-urlencoded\r\n'

t.test('every answer keeps foreign code, frames and caches out', async (t) => {
  const { app, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
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
  t.equal(assets.length, 4)
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
  const { app, ownerUrl, team, logged } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  await ownerOf(t, { ownerUrl }).schema.alterTable('phone_numbers').renameTo('hidden').execute()
  const failed = await adam.get(`/settings/users/${team.invited.id}`)
  t.equal(failed.status, 500)
  t.match(failed.text, 'Something went wrong')
  t.notMatch(failed.html, /phone_numbers|relation|\.ts/)
  t.equal(logged.length, 1)
  t.match(JSON.stringify(logged[0]), 'phone_numbers')
  logged.length = 0
})

t.test('what Node refuses before any route carries the same headers', async (t) => {
  const { app } = await testClinic(t, { PUBLIC_URL: 'https://frontdesk.localhost', TRUST_PROXY: 'loopback' })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const host = 'Host: frontdesk.localhost\r\nConnection: close\r\n'
  for (const [request, status] of [
    [`GET /%E0%A4%A HTTP/1.1\r\n${host}\r\n`, 400],
    [`GET /join/${'x'.repeat(1_500)} HTTP/1.1\r\n${host}\r\n`, 400],
    ['nonsense\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\n${host}Content-Length: x\r\n\r\n`, 400],
    [`GET / HTTP/1.1\r\n${host}Cookie: ${'x'.repeat(70_000)}\r\n\r\n`, 431],
    [`POST / HTTP/1.1\r\n${host}Expect: more\r\nContent-Length: 1\r\n\r\n`, 417],
    [`PURGE /sign-in HTTP/1.1\r\n${host}\r\n`, 403],
    [`GET /assets/nothing HTTP/1.1\r\n${host}\r\n`, 404],
    [`GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`, 421],
    [`POST /sign-in HTTP/1.1\r\n${host}${FORM}Content-Length: 99999\r\n\r\n`, 413],
    [`POST /sign-in HTTP/1.1\r\n${host}Content-Type: a/b\r\nContent-Length: 1\r\n\r\nx`, 415],
  ] as const) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(request)
    const answer = await text(socket)
    const what = request.slice(0, 40)
    t.match(answer, new RegExp(`^HTTP/1.1 ${status} `), what)
    t.match(answer, /^strict-transport-security: max-age=31536000/im, what)
    t.match(answer, /^x-content-type-options: nosniff\r$/im, what)
    t.match(answer, /^content-security-policy: default-src 'none'/im, what)
    t.match(answer, /^cache-control: no-store\r$/im, what)
  }
})

t.test('what has not come in when its time is over is answered so, too', async (t) => {
  const { app } = await testClinic(t)
  app.server.headersTimeout = 1
  app.server.requestTimeout = 2
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write('GET / HTTP/1.1\r\nHost: frontdesk.localhost\r\n')
  const answer = await text(socket)
  t.match(answer, /^HTTP\/1.1 408 /)
  t.match(answer, /^x-content-type-options: nosniff\r$/im)
})
