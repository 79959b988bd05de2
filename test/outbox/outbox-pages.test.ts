import { linkPath } from '../../src/emails/links.ts'
import { queueEmail } from '../../src/emails/outbox.ts'
import { invite, recordedLog } from '../emails/fixtures.ts'
import { testApp, testClinic } from '../support/app.ts'
import { FAKE_TOKEN } from '../support/fake-postmark.ts'
import { deliverDueEmails } from '../support/outbox.ts'
import { HARBOUR, secondClinic } from '../support/second-clinic.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

t.test('somebody without an account reads the captured invitation and finds its link', async (t) => {
  const { app, db, config } = await testApp(t)
  const visitor = new Visitor(app)
  t.match((await visitor.get('/outbox')).text, 'No email yet')

  const { emailId, invitationId } = await invite(db, {
    clinic: '<b>Bold & Co</b>',
    recipient: 'maya@x.example',
  })
  t.match((await visitor.get('/outbox')).text, /maya@x\.example Invitation Queued \w+day/)
  await deliverDueEmails({ db, config, log: recordedLog() })
  t.match((await visitor.get('/outbox')).text, /maya@x\.example Invitation Saved to outbox \w+day/)

  const row = db.selectFrom('invitations').selectAll().where('id', '=', invitationId)
  const url = config.publicUrl + linkPath(config, 'invitation', await row.executeTakeFirstOrThrow())
  const page = await visitor.get(`/outbox/${emailId}`)
  t.match(
    page.text,
    /From Frontdesk <frontdesk@localhost\.localdomain> To maya@x\.example Reply to jordan\d+@/,
  )
  t.ok(page.html.includes(`<a href="${url}">${url}</a>`), 'the link of the text')
  t.match(page.text, 'invited you to join <b>Bold & Co</b> on Frontdesk')

  const email = await visitor.get(`/outbox/${emailId}/html`)
  t.ok(email.html.includes(`href="${url}"`), 'the button of the HTML')
  t.match(email.html, '<base target="_top">')
  t.match(email.headers, {
    'content-security-policy': /^default-src 'none'; style-src 'unsafe-inline';.* sandbox allow-popups/,
    'x-frame-options': 'SAMEORIGIN',
  })
})

t.test('older email is a page away', async (t) => {
  const { app, db } = await testApp(t)
  const { clinicId, inviteeId: userId, invitationId } = await invite(db, { recipient: 'person1@x.example' })
  for (let count = 2; count <= 53; count++) {
    const email = { clinicId, userId, invitationId, recipient: `person${count}@x.example` }
    await db.transaction().execute((trx) => queueEmail(trx, { ...email, kind: 'invitation' }))
  }
  const visitor = new Visitor(app)
  const newest = await visitor.get('/outbox')
  const older = /href="(\/outbox\?before=\d+)"/.exec(newest.html)?.[1] ?? ''
  const rest = await visitor.get(older)
  const people = (html: string) => html.match(/person\d+@x\.example/g) ?? []
  t.equal(people(newest.html)[0], 'person53@x.example')
  t.equal(people(newest.html).length, 50)
  t.same(people(rest.html), ['person3@x.example', 'person2@x.example', 'person1@x.example'])
  t.notMatch(rest.html, 'before=')
})

t.test('each clinic’s email is read at its own host', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  const others = await secondClinic(clinic)
  const visitor = new Visitor(app, HARBOUR)
  const list = await visitor.get('/outbox')
  t.match(list.text, team.invited.email)
  t.notMatch(list.text, 'hilltop')
  const theirs = db.selectFrom('emails').select('id').where('clinicId', '=', others.owner.clinicId)
  for (const { id } of await theirs.execute()) t.equal((await visitor.get(`/outbox/${id}`)).status, 404)
})

t.test('an email that is not there is not found', async (t) => {
  const { app } = await testApp(t)
  for (const path of ['1', '0', 'x', '9999999999999999999', '1/html', '1/text', '?before=x']) {
    t.equal((await new Visitor(app).get(`/outbox/${path}`)).status, 404, path)
  }
})

t.test('nobody but a person at this machine reads it, whatever leads their requests here', async (t) => {
  const { app, db } = await testApp(t)
  const { emailId } = await invite(db)
  const elsewhere: Record<string, { remoteAddress?: string; headers?: Record<string, string> }> = {
    'from another machine': { remoteAddress: '192.168.1.20' },
    'from a container’s network': { remoteAddress: '172.17.0.1' },
    'from another machine that says it is this one': {
      remoteAddress: '192.168.1.20',
      headers: { 'x-forwarded-for': '127.0.0.1' },
    },
    'through a tunnel': { headers: { 'x-forwarded-for': '198.51.100.9' } },
    'through a tunnel that says no more': { headers: { via: '1.1 tunnel' } },
  }
  const host = 'frontdesk.localhost'
  const pages = ['/outbox', `/outbox/${emailId}/html`, '/outbox/previews', '/styleguide']
  for (const [who, { headers, ...options }] of Object.entries(elsewhere))
    for (const url of pages) {
      const answer = await app.inject({ url, headers: { host, ...headers }, ...options })
      t.equal(answer.statusCode, 404, `${who}: ${url}`)
    }
  for (const foreign of ['rebound.example', 'localhost.rebound.example', 'frontdesk.localhost.example'])
    for (const url of pages)
      t.equal((await app.inject({ url, headers: { host: foreign } })).statusCode, 421, `${foreign}: ${url}`)
  for (const own of [host, 'FRONTDESK.localhost', 'frontdesk.localhost:3000'])
    t.equal((await app.inject({ url: '/outbox', headers: { host: own } })).statusCode, 200, own)
  for (const remoteAddress of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.8.8.8'])
    t.equal(
      (await app.inject({ url: '/outbox', remoteAddress, headers: { host } })).statusCode,
      200,
      remoteAddress,
    )
})

const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://frontdesk.example',
  DATABASE_URL: 'postgres://localhost/elsewhere',
  MAIL_FROM: 'Frontdesk <hello@frontdesk.example>',
  TRUST_PROXY: 'loopback',
}
for (const [where, environment] of Object.entries({
  'with a Postmark token': { POSTMARK_SERVER_TOKEN: FAKE_TOKEN },
  'in production': { ...PRODUCTION, POSTMARK_SERVER_TOKEN: FAKE_TOKEN },
})) {
  t.test(`nobody reads email in the browser ${where}`, async (t) => {
    const { app, db } = await testApp(t, environment)
    const { emailId } = await invite(db)
    for (const path of [
      '/outbox',
      '/outbox/previews',
      '/outbox/previews/invitation',
      `/outbox/${emailId}`,
      `/outbox/${emailId}/html`,
    ]) {
      t.equal((await new Visitor(app).get(path)).status, 404, path)
      t.notOk(app.hasRoute({ method: 'GET', url: path.replace(emailId, ':id') }))
    }
  })
}
