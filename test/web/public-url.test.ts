import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { testClinic } from '../support/app.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

const HTTPS = { PUBLIC_URL: 'https://frontdesk.localhost', TRUST_PROXY: 'loopback' }

t.test(
  'a page that points its own name at this machine reads nothing, nor does anybody else elsewhere',
  async (t) => {
    const { app, team } = await testClinic(t)
    const adam = new Visitor(app)
    await adam.signIn(team.administrator)
    const hosts = [
      'evil.example',
      'evil.example:80',
      'frontdesk.localhost.evil.example',
      'notfrontdesk.localhost',
      'frontdesk.localhost@evil.example',
      'evil.example#.frontdesk.localhost',
      '127.0.0.1',
      '[::1]:3000',
      'localhost',
      '',
      'a b',
    ]
    for (const host of hosts) {
      for (const path of ['/settings/users', '/outbox', '/nowhere', '/assets/x/frontdesk.css', '/sign-in']) {
        const visit = await adam.get(path, { host })
        t.equal(visit.status, 421, `${host}${path}`)
        t.match(visit.text, 'Open it at http://frontdesk.localhost')
        t.notOk(visit.headers['set-cookie'])
      }
      t.equal((await adam.post('/sign-out', {}, { host })).status, 421)
      t.equal((await adam.post('/webhooks/postmark', {}, { host })).status, 421)
      t.equal((await adam.get('/health/live', { host })).status, 200, 'whoever watches over it knows no name')
    }
    t.equal((await adam.get('/settings/users')).status, 200, 'nothing happened to the session')
  },
)

t.test('our own host is known in every way that it is written', async (t) => {
  const { app } = await testClinic(t)
  const someone = new Visitor(app)
  for (const host of [
    'frontdesk.localhost',
    'FrontDesk.LocalHost',
    'frontdesk.localhost:80',
    'frontdesk.localhost.',
    'harbour-street-clinic.frontdesk.localhost',
    'Harbour-Street-Clinic.frontdesk.localhost.:80',
  ])
    t.equal((await someone.get('/sign-in', { host })).status, 200, host)
})

t.test('what the trusted proxy says of the host counts, and what a stranger says does not', async (t) => {
  const near = new Visitor((await testClinic(t, HTTPS)).app)
  const names = { host: '10.0.0.7:3000', 'x-forwarded-proto': 'https' }
  t.equal((await near.get('/sign-in', { ...names, 'x-forwarded-host': 'frontdesk.localhost' })).status, 200)
  t.equal((await near.get('/sign-in', { 'x-forwarded-host': 'evil.example' })).status, 421)
  const far = new Visitor((await testClinic(t)).app)
  t.equal(
    (await far.get('/sign-in', { host: 'evil.example', 'x-forwarded-host': 'frontdesk.localhost' })).status,
    421,
  )
})

t.test('a newcomer who opens 127.0.0.1 is led to localhost, and a form is told the address', async (t) => {
  const { app } = await testClinic(t, { PUBLIC_URL: 'http://localhost:3000' })
  const newcomer = new Visitor(app)
  for (const host of ['127.0.0.1:3000', '[::1]:3000', '127.0.0.2']) {
    const led = await newcomer.get('/setup?code=x', { host })
    t.match(led, { status: 308, location: 'http://localhost:3000/setup?code=x' })
    t.equal(
      (await newcomer.get('//evil.example/x', { host })).location,
      'http://localhost:3000/evil.example/x',
    )
    const form = await newcomer.post('/sign-in', { email: 'a@b.example', password: 'x' }, { host })
    t.match(form, { status: 421, text: /Open it at http:\/\/localhost:3000/ })
  }
  t.equal((await newcomer.get('/sign-in', { host: '192.168.1.20:3000' })).status, 421)
})

t.test('what came over plain http through the proxy is led to https, or refused', async (t) => {
  const { app } = await testClinic(t, HTTPS)
  const someone = new Visitor(app)
  const plain = { 'x-forwarded-proto': 'http' }
  const led = await someone.get('/sign-in?next=%2F', plain)
  t.match(led, { status: 308, location: 'https://frontdesk.localhost/sign-in?next=%2F' })
  const clinic = await someone.get('/', { ...plain, host: 'clinic.frontdesk.localhost' })
  t.equal(clinic.location, 'https://clinic.frontdesk.localhost/')
  const form = await someone.post(
    '/sign-in',
    { email: 'a@b.example', password: 'x' },
    {
      ...plain,
      origin: 'http://frontdesk.localhost',
    },
  )
  t.match(form, { status: 403, text: /Open it at https:\/\/frontdesk.localhost/ })
  t.equal((await someone.get('/health/live', plain)).status, 200)
  t.equal((await someone.get('/sign-in', { 'x-forwarded-proto': 'https' })).status, 200)
  t.equal((await someone.get('/sign-in')).status, 200, 'a proxy that says nothing makes no circle')
})

t.test('a target that names a host, and a request that names none, are looked at, too', async (t) => {
  const { app } = await testClinic(t)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  for (const [head, status] of [
    ['GET http://evil.example/sign-in HTTP/1.1\r\nHost: frontdesk.localhost', 421],
    ['GET http://frontdesk.localhost/sign-in HTTP/1.1\r\nHost: evil.example', 421],
    ['GET http://frontdesk.localhost/sign-in HTTP/1.1\r\nHost: frontdesk.localhost', 200],
    ['GET /sign-in HTTP/1.1', 421],
    ['GET /sign-in HTTP/1.0', 421],
    ['GET /health/live HTTP/1.0', 200],
  ] as const) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(`${head}\r\nConnection: close\r\n\r\n`)
    t.match(await text(socket), new RegExp(`^HTTP/1.1 ${status} `), head)
  }
})
