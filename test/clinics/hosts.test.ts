import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/database.ts'
import type { Email, EmailKind } from '../../src/database/schema.ts'
import { EMAIL_KINDS } from '../../src/email-kinds.ts'
import { sampleUsers } from '../../src/outbox/sample-users.ts'
import { queueSample } from '../../src/outbox/samples.ts'
import { linksIn } from '../emails/read-message.ts'
import { testApp, testClinic } from '../support/app.ts'
import { MANY } from '../support/bare-host.ts'
import { HARBOUR, HILLTOP, secondClinic } from '../support/second-clinic.ts'
import t, { type Test } from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

const HOST = 'hilltop-clinic.frontdesk.localhost'

t.test('a clinic is known by its host name however that is written, and by no other', (t) => isKnown(t))

t.test('an installation of many clinics knows them in the same way', (t) => isKnown(t, MANY))

async function isKnown(t: Test, environment?: Record<string, string>): Promise<void> {
  const clinic = await testClinic(t, environment)
  await secondClinic(clinic)
  const someone = new Visitor(clinic.app, HILLTOP)
  const asked = async (host: string) => {
    const { status, text, headers } = await someone.get('/sign-in', { host })
    t.equal(status === 200, text.includes('Hilltop Clinic'), host)
    t.equal(status === 200, !text.includes('another address') && !text.includes('no clinic at this'), host)
    if (status !== 200) t.notOk(headers['set-cookie'], host)
    t.notMatch(text, 'Harbour', host)
    return status
  }
  for (const host of [HOST, HOST.toUpperCase(), `${HOST}.`, `${HOST}:1234`, `${HOST}.:1234`])
    t.equal(await asked(host), 200, host)
  for (const host of [
    'frontdesk.localhost',
    'hilltop.frontdesk.localhost',
    `a.${HOST}`,
    `.${HOST}`,
    'xn--hilltop-clinic.frontdesk.localhost',
    '1.frontdesk.localhost',
    '_.frontdesk.localhost',
  ])
    t.equal(await asked(host), 404, host)
  for (const host of [
    'evil',
    'evil.example',
    `${HOST}.evil.example`,
    `${HOST}..`,
    '%.frontdesk.localhost',
    `${HOST}:port`,
    `${HOST}:99999`,
    `${HOST}@evil.example`,
    `${HOST}, evil.example`,
    '[::1]',
    '[::1]:3000',
    '[::ffff:127.0.0.1]',
    '[::1',
    '127.0.0.1',
    '2130706433',
    '',
  ])
    t.equal(await asked(host), 421, host)
}

t.test(
  'by whatever name a form reached a clinic, its links and redirects lead to the clinic’s own host',
  async (t) => {
    const clinic = await testClinic(t, MANY)
    const others = await secondClinic(clinic)
    const someone = new Visitor(clinic.app, HILLTOP)
    const host = 'Hilltop-Clinic.frontdesk.localhost.:1234'
    await someone.post('/forgot-password', { email: others.receptionist.email }, { host })
    const email = await clinic.db
      .selectFrom('emails')
      .selectAll()
      .where('kind', '=', 'password reset')
      .executeTakeFirstOrThrow()
    const message = await EMAIL_KINDS[email.kind].write(clinic.db, clinic.config, email)
    t.match(message?.text, `${HILLTOP}/reset-password/`)
    t.equal((await someone.get('/settings/users', { host })).location, '/sign-in?next=%2Fsettings%2Fusers')
    const { origin } = new URL(`http://${host}`)
    t.equal((await someone.post('/sign-out', {}, { host, origin })).status, 403, 'nor is it its own site')
  },
)

t.test('a cookie belongs to the host that set it, and is a stranger’s at any other clinic', async (t) => {
  const clinic = await testClinic(t, { PUBLIC_URL: 'https://frontdesk.localhost', TRUST_PROXY: 'loopback' })
  await secondClinic(clinic)
  const at = (url: string) => ({ host: new URL(url).host, 'x-forwarded-proto': 'https' })
  const here = new Visitor(clinic.app, HARBOUR.replace('http:', 'https:'))
  const { email } = clinic.team.administrator
  const signedIn = await here.post('/sign-in', { email, password: 'correct horse battery' }, at(HARBOUR))
  t.match(signedIn, { status: 303, location: '/' })
  for (const cookie of [signedIn.headers['set-cookie']].flat().map(String))
    t.match(cookie, /^__Host-(?!.*domain).*; Path=\/;.*Secure/i, cookie)
  t.equal((await here.get('/my-details', at(HARBOUR))).status, 200)
  for (const url of ['/my-details', '/settings/users', '/my-details/second-step'])
    t.match(await here.get(url, at(HILLTOP)), { status: 303, location: /^\/sign-in/ }, url)
})

t.test('every link in every email opens at the clinic that it is about, and at no other', async (t) => {
  const { app, db, config } = await testApp(t)
  for (const kind of (Object.keys(EMAIL_KINDS) as EmailKind[]).filter(isOfClinic)) {
    const emails = [await emailOf(db, kind), await emailOf(db, kind)]
    const origins = emails.map(({ label }) => `http://${label}.frontdesk.localhost`)
    for (const [index, email] of emails.entries()) {
      const { text = '' } = (await EMAIL_KINDS[kind].write(db, config, email)) ?? {}
      const links = linksIn(text).filter((link) => link.startsWith('http'))
      t.equal(links.length === 0, NO_LINKS.includes(kind), kind)
      for (const link of links) {
        const { origin, pathname } = new URL(link)
        t.equal(origin, origins[index], kind)
        t.match(await new Visitor(app, origin).get(pathname), { status: /200|303/ }, link)
        if (!isSigned(pathname)) continue
        t.equal((await new Visitor(app, origins[1 - index]).get(pathname)).status, 404, `${link} elsewhere`)
      }
    }
  }
})

const isOfClinic = (kind: EmailKind) => !['clinic invitation', 'clinics found'].includes(kind)

const NO_LINKS: EmailKind[] = ['email change requested', 'email changed']

const isSigned = (path: string) => /\/\d+\.[\w-]{43}$/.test(path)

/** The only one of a clinic made for it. */
async function emailOf(db: Database, kind: EmailKind): Promise<Email & { label: string }> {
  const email = await db.transaction().execute(async (trx) => {
    const names = { firstName: 'Kim', lastName: 'Novak' }
    const users = await sampleUsers(
      trx,
      { clinic: 'Clinic', administrator: names, colleague: names },
      randomUUID(),
    )
    return queueSample(trx, kind, users)
  })
  const clinic = db.selectFrom('clinics').select('label').where('id', '=', email.clinicId)
  return { ...email, ...(await clinic.executeTakeFirstOrThrow()) }
}
