import { openDatabase } from '../../src/database/database.ts'
import { blockEmail, blockOf } from '../../src/emails/blocked-emails.ts'
import { testDatabase } from '../support/database.ts'
import { type Answer, FAKE_TOKEN, type Received, startFakePostmark } from '../support/fake-postmark.ts'
import { deliverDueEmails } from '../support/outbox.ts'
import t from '../support/tap.ts'
import { emailRow, invite, letTimePass, postmarkConfig, recordedLog, testConfig } from './fixtures.ts'

const { db, url } = await testDatabase(t)
const postmark = await startFakePostmark()
t.teardown(() => postmark.stop())
const config = postmarkConfig(postmark.url)
const log = recordedLog()
const parts = { db, config, log }

t.beforeEach(async () => {
  await db.deleteFrom('emails').execute()
  await db.deleteFrom('emailOutages').execute()
  postmark.received.length = 0
  log.lines.length = 0
})

function linkIn(received: Received | undefined): string {
  const link = /https:\S+\/join\/\S+/.exec(received?.body.TextBody ?? '')?.[0]
  if (!link) throw new Error('There is no link in the email')
  return link
}

t.test('an email that Postmark accepted is sent, and not sent again', async (t) => {
  const { emailId } = await invite(db)
  await deliverDueEmails(parts)
  await letTimePass(db)
  t.equal(await deliverDueEmails(parts), 0)
  const email = await emailRow(db, emailId)
  t.equal(email.messageId, postmark.received[0]?.messageId)
  t.match(email, { attempts: 1, sentAt: Date, failedAt: null, failure: null, leasedUntil: null })
})

t.test('without a token an email is captured: sent nowhere, and no id of Postmark', async (t) => {
  const { emailId } = await invite(db)
  await deliverDueEmails({ db, config: testConfig(), log })
  t.match(await emailRow(db, emailId), { sentAt: Date, messageId: null })
  t.equal(postmark.received.length, 0)
})

t.test('an email that Postmark refuses for good is not tried again, and says why', async (t) => {
  const { emailId } = await invite(db)
  postmark.answerNext('inactive recipient')
  await deliverDueEmails(parts)
  await letTimePass(db)
  t.equal(await deliverDueEmails(parts), 0)
  t.match(await emailRow(db, emailId), {
    sentAt: null,
    failedAt: Date,
    failureKind: 'blocked',
    failure: { code: 'recipientBlocked' },
  })
})

t.test('an email that Postmark accepts frees an address that was blocked, and is sent once', async (t) => {
  const { emailId } = await invite(db)
  const { recipient } = await emailRow(db, emailId)
  await blockEmail(db, recipient, 'bounce', new Date(Date.now() - 60_000))
  await deliverDueEmails(parts)
  t.match(await emailRow(db, emailId), { sentAt: Date, leasedUntil: null })
  t.equal(await blockOf(db, recipient), null)
  await letTimePass(db)
  t.equal(await deliverDueEmails(parts), 0)
})

const TEMPORARY: Answer[] = [
  'rate limit',
  'server error',
  'redirect',
  'garbage',
  'empty',
  'cut after the headers',
]
for (const answer of TEMPORARY) {
  t.test(`after the answer "${answer}" the same link is sent later`, async (t) => {
    const { emailId } = await invite(db)
    postmark.answerNext(answer)
    await deliverDueEmails(parts)
    t.match(await emailRow(db, emailId), {
      sentAt: null,
      failedAt: null,
      leasedUntil: null,
      failure: { code: String },
    })
    t.equal(await deliverDueEmails(parts), 0, 'not at once')
    await letTimePass(db)
    t.equal(await deliverDueEmails(parts), 1)
    t.match(await emailRow(db, emailId), { sentAt: Date, attempts: 2, failure: null })
    const links = new Set(postmark.received.map(linkIn))
    t.equal(postmark.received.length, 2)
    t.equal(links.size, 1)
  })
}

t.test('our own misconfiguration is an error in the log, a refused address is not', async (t) => {
  await invite(db)
  postmark.answerNext('bad token')
  await deliverDueEmails(parts)
  t.match(log.lines, [{ level: 'error', message: /configuration/ }])
})

t.test('neither the log nor the database ever holds a link or the token', async (t) => {
  await invite(db)
  postmark.answerNext('garbage', 'server error', 'invalid request')
  for (let attempt = 1; attempt <= 3; attempt++) {
    await deliverDueEmails(parts)
    await letTimePass(db)
  }
  const rows = await db.selectFrom('emails').selectAll().execute()
  const kept = JSON.stringify([rows, log.lines])
  t.equal(log.lines.length, 3)
  t.notMatch(kept, linkIn(postmark.received[0]).split('.').at(-1))
  t.notMatch(kept, FAKE_TOKEN)
})

t.test('two workers never send one email twice', async (t) => {
  for (let count = 1; count <= 40; count++) await invite(db)
  const other = openDatabase(url)
  t.teardown(() => other.destroy())
  const counts = await Promise.all([deliverDueEmails(parts), deliverDueEmails({ ...parts, db: other })])
  t.equal((counts[0] ?? 0) + (counts[1] ?? 0), 40)
  t.ok(
    counts.every((count) => count > 0),
    `both took part: ${counts}`,
  )
  const recipients = postmark.received.map(({ body }) => body.To)
  t.equal(recipients.length, 40)
  t.equal(new Set(recipients).size, 40)
})

const now = new Date()
const UNWANTED: Record<string, (invited: Awaited<ReturnType<typeof invite>>) => Promise<unknown>> = {
  invitationClosed: ({ invitationId }) =>
    db.updateTable('invitations').set({ revokedAt: now }).where('id', '=', invitationId).execute(),
  'joined|accepted': ({ invitationId }) =>
    db.updateTable('invitations').set({ acceptedAt: now }).where('id', '=', invitationId).execute(),
  joined: ({ inviteeId }) =>
    db.updateTable('users').set({ joinedAt: now, passwordHash: 'x' }).where('id', '=', inviteeId).execute(),
  deactivated: ({ inviteeId }) =>
    db.updateTable('users').set({ deactivatedAt: now }).where('id', '=', inviteeId).execute(),
  inviterDeactivated: ({ inviterId }) =>
    db.updateTable('users').set({ deactivatedAt: now }).where('id', '=', inviterId).execute(),
  invitationExpired: ({ invitationId }) =>
    db
      .updateTable('invitations')
      .set({ expiresAt: new Date(0) })
      .where('id', '=', invitationId)
      .execute(),
}
for (const [reason, happen] of Object.entries(UNWANTED)) {
  t.test(`an email is not sent when meanwhile: ${reason}`, async (t) => {
    const invited = await invite(db)
    await happen(invited)
    await deliverDueEmails(parts)
    t.match(await emailRow(db, invited.emailId), {
      sentAt: null,
      failedAt: Date,
      failureKind: 'unwanted',
      failure: { code: new RegExp(`^(${reason})$`) },
    })
    t.equal(postmark.received.length, 0)
  })
}

t.test('a notice is not sent to whoever was deactivated meanwhile', async (t) => {
  const { emailId, inviteeId } = await invite(db)
  await db.updateTable('emails').set({ kind: 'password changed' }).where('id', '=', emailId).execute()
  await db.updateTable('users').set({ deactivatedAt: now }).where('id', '=', inviteeId).execute()
  await deliverDueEmails(parts)
  t.match(await emailRow(db, emailId), {
    sentAt: null,
    failureKind: 'unwanted',
    failure: { code: 'deactivated' },
  })
  t.equal(postmark.received.length, 0)
})

t.test('an email that failed until its invitation expired says what stood in its way', async (t) => {
  const { emailId, invitationId } = await invite(db)
  postmark.answerNext('bad token')
  await deliverDueEmails(parts)
  await db
    .updateTable('invitations')
    .set({ expiresAt: new Date(0) })
    .where('id', '=', invitationId)
    .execute()
  await letTimePass(db)
  await deliverDueEmails(parts)
  t.match(await emailRow(db, emailId), {
    failedAt: Date,
    failure: { code: 'invitationExpired', earlier: { code: 'tokenRefused' } },
  })
})

t.test('an email that cannot be written harms no other', async (t) => {
  const broken = await invite(db)
  await db.updateTable('users').set({ timeZone: 'Nowhere/Else' }).where('id', '=', broken.inviteeId).execute()
  const sound = await invite(db)
  t.equal(await deliverDueEmails(parts), 2)
  t.match(await emailRow(db, sound.emailId), { sentAt: Date })
  t.match(await emailRow(db, broken.emailId), { sentAt: null, failedAt: null })
  t.match(
    log.lines.find(({ level }) => level === 'error'),
    { details: { emailId: broken.emailId } },
  )
})
