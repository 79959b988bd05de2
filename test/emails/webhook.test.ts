import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Email } from '../../src/database/schema.ts'
import { blockOf } from '../../src/emails/blocked-emails.ts'
import { claimDueEmails } from '../../src/emails/claim-emails.ts'
import { emailStateOf } from '../../src/emails/email-states.ts'
import { failure } from '../../src/emails/failure.ts'
import { recordOutcome } from '../../src/emails/outbox.ts'
import { testApp } from '../support/app.ts'
import { report, reportsOf, WEBHOOK_PASSWORD } from '../support/postmark-reports.ts'
import t from '../support/tap.ts'
import { emailRow, invite } from './fixtures.ts'

const OLD_PASSWORD = '6be7a9aa9e7687acb997ba340cf2e46a6e45d1236b196e6a'
const { app, db, config } = await testApp(t, {
  POSTMARK_WEBHOOK_PASSWORD: `${WEBHOOK_PASSWORD},${OLD_PASSWORD}`,
})

const HOURS = ['2026-11-24T01:00:00Z', '2026-11-24T02:00:00Z', '2026-11-24T03:00:00Z', '2026-11-24T04:00:00Z']
const [FIRST = '', SECOND = '', THIRD = '', FOURTH = ''] = HOURS

async function sentEmail(): Promise<{
  email: Email
  reports: ReturnType<typeof reportsOf>
  messageId: string
}> {
  const { emailId } = await invite(db)
  const messageId = randomUUID()
  await db
    .updateTable('emails')
    .set({ messageId, sentAt: sql<Date>`now()`, attempts: 1 })
    .where('id', '=', emailId)
    .execute()
  const email = await emailRow(db, emailId)
  return { email, messageId, reports: reportsOf(config, email, messageId) }
}

/** All that a report can change, without what differs from one email to the next. */
async function stateOf(email: Email): Promise<object> {
  const { deliveredAt, bouncedAt, bounceReason, bounceIsFinal, complainedAt, ...row } = await emailRow(
    db,
    email.id,
  )
  const user = await db
    .selectFrom('users')
    .select('needsAttention')
    .where('id', '=', email.userId)
    .executeTakeFirstOrThrow()
  const facts = { deliveredAt, bouncedAt, bounceReason, bounceIsFinal, complainedAt }
  const state = emailStateOf({ ...row, ...facts })
  return { ...facts, ...user, state, sent: row.sentAt !== null, block: await blockOf(db, email.recipient) }
}

function permutations<T>(items: T[]): T[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  )
}

type Step = 'commit' | keyof ReturnType<typeof reportsOf> | 'freed' | 'later bounce'

async function play(steps: Step[]): Promise<object> {
  const { emailId } = await invite(db)
  const [claimed] = await claimDueEmails(db, 1)
  if (claimed?.id !== emailId) throw new Error('Another email was waiting')
  const messageId = randomUUID()
  const reports = reportsOf(config, claimed, messageId)
  for (const step of steps) {
    if (step === 'commit') await recordOutcome(db, claimed, { state: 'sent', messageId })
    else if (step === 'freed') await report(app, reports.suppression(FOURTH, false))
    else if (step === 'later bounce') await report(app, reports.hardBounce(THIRD))
    else if (step === 'softBounce') await report(app, reports.softBounce(SECOND))
    else await report(app, reports[step](FIRST))
  }
  const row = await emailRow(db, emailId)
  if (row.messageId !== messageId || row.leasedUntil) throw new Error('The email is not settled')
  return stateOf(row)
}

const STORIES: [string, Step[], object][] = [
  ['delivered', ['commit', 'delivery'], { state: 'delivered', block: null, needsAttention: false }],
  [
    'delivered, then back',
    ['commit', 'delivery', 'later bounce'],
    { state: 'bounced', needsAttention: true },
  ],
  [
    'late, but delivered',
    ['commit', 'softBounce', 'delivery'],
    { state: 'delivered', needsAttention: false, bounceReason: 'mailbox full' },
  ],
  [
    'marked as spam',
    ['commit', 'delivery', 'softBounce', 'complaint'],
    { state: 'complained', block: { reason: 'complaint' } },
  ],
  [
    'three bounces',
    ['commit', 'softBounce', 'hardBounce', 'later bounce'],
    { state: 'bounced', bouncedAt: new Date(FIRST), bounceReason: 'no mailbox', block: { reason: 'bounce' } },
  ],
  [
    'blocked, and freed by hand',
    ['commit', 'hardBounce', 'suppression', 'freed'],
    { state: 'bounced', block: null },
  ],
]
for (const [name, steps, expected] of STORIES) {
  t.test(`in whatever order the reports and our own commit come, it ends the same: ${name}`, async (t) => {
    for (const order of permutations(steps)) t.match(await play(order), expected, order.join(', '))
  })
}

t.test('reports that come twice, and all at once, end the same', async (t) => {
  const { email, reports } = await sentEmail()
  const all = [
    reports.delivery(SECOND),
    reports.softBounce(FIRST),
    reports.hardBounce(THIRD),
    reports.suppression(FOURTH),
  ]
  const answers = await Promise.all([...all, ...all, ...all].map((body) => report(app, body)))
  t.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200]))
  const state = await stateOf(email)
  t.match(state, { state: 'bounced', bounceReason: 'no mailbox', bounceIsFinal: true, needsAttention: true })
  await report(app, reports.delivery(FOURTH))
  t.same(await stateOf(email), state, 'and stay so')
})

t.test(
  'a report that is here before our own commit settles the email, and nobody sends it again',
  async (t) => {
    const { emailId } = await invite(db)
    const [claimed] = await claimDueEmails(db, 1)
    if (!claimed) throw new Error('Nothing was due')
    const messageId = randomUUID()
    await report(app, reportsOf(config, claimed, messageId).delivery(FIRST))
    t.match(await emailRow(db, emailId), { messageId, sentAt: Date, deliveredAt: Date, leasedUntil: null })
    t.equal(await recordOutcome(db, claimed, { state: 'retry', failure: failure('unreachable') }), false)
    t.match(await emailRow(db, emailId), { failure: null })
  },
)

t.test(
  'who has no password, a wrong one, or the right one for another name gets 401, never 403',
  async (t) => {
    const { email, reports } = await sentEmail()
    const before = await stateOf(email)
    for (const options of [
      { password: null },
      { password: '' },
      { password: 'wrong' },
      { password: `${WEBHOOK_PASSWORD}x` },
      { password: WEBHOOK_PASSWORD.slice(0, -1) },
      { password: `${WEBHOOK_PASSWORD},${OLD_PASSWORD}` },
      { user: 'admin' },
      { headers: { authorization: `Bearer ${WEBHOOK_PASSWORD}` } },
      { headers: { authorization: 'Basic' } },
    ]) {
      const answer = await report(app, reports.hardBounce(FIRST), options)
      t.equal(answer.statusCode, 401, JSON.stringify(options))
      t.match(answer.headers['www-authenticate'], /^Basic realm="/)
    }
    t.same(await stateOf(email), before)
  },
)

t.test('while the password is being changed the new and the old one work', async (t) => {
  const { email, reports } = await sentEmail()
  t.equal((await report(app, reports.softBounce(FIRST), { password: OLD_PASSWORD })).statusCode, 200)
  t.match(await stateOf(email), { state: 'bounced' })
  t.equal((await report(app, reports.delivery(SECOND))).statusCode, 200)
  t.match(await stateOf(email), { state: 'delivered' })
})

t.test('without a password in the configuration nobody may report', async (t) => {
  const silent = await testApp(t)
  for (const password of ['', 'undefined', 'null', WEBHOOK_PASSWORD])
    t.equal((await report(silent.app, {}, { password })).statusCode, 401)
})

t.test('what is unknown, not ours, or of another shape is answered 200 and changes nothing', async (t) => {
  const { email, reports, messageId } = await sentEmail()
  const before = await stateOf(email)
  const bounce = reports.hardBounce(FIRST)
  const other = await sentEmail()
  const strange: unknown[] = [
    ...[[], null, 1, 'text', {}, [bounce], { RecordType: 'Open' }, { RecordType: ['Bounce'] }],
    { ...bounce, RecordType: 'bounce' },
    { ...bounce, RecordType: 'Click' },
    { ...bounce, Type: 'AutoResponder' },
    { ...bounce, Type: { $ne: '' } },
    { ...bounce, MessageID: randomUUID(), Metadata: {} },
    { ...bounce, MessageID: randomUUID() },
    { ...bounce, MessageID: 'x\0' },
    { ...bounce, MessageID: other.messageId },
    { ...bounce, Email: 'somebody.else@harbour.example' },
    { ...bounce, Email: [email.recipient] },
    { ...bounce, Email: `${email.recipient}\0` },
    { ...bounce, Email: 'x'.repeat(10_000) },
    { ...bounce, BouncedAt: 'yesterday' },
    { ...bounce, BouncedAt: undefined },
    { ...bounce, BouncedAt: '0001-01-01T00:00:00Z' },
    { ...bounce, MessageStream: 'broadcast' },
    { ...reports.suppression(FIRST), Recipient: 'stranger@nowhere.example' },
    { ...reports.suppression(FIRST), SuppressSending: 'true' },
  ]
  for (const body of strange) {
    const answer = await report(app, JSON.stringify(body))
    t.equal(answer.statusCode, 200, JSON.stringify(body).slice(0, 200))
  }
  t.same(await stateOf(email), before)
  t.match(await stateOf(other.email), { state: 'sent', block: null })
  t.equal((await report(app, { ...bounce, MessageID: messageId.toUpperCase() })).statusCode, 200)
  t.match(await stateOf(email), { state: 'bounced' })
})

t.test('an id without our own mark is another program’s, whose emails count from 1 as well', async (t) => {
  const { emailId } = await invite(db)
  const [claimed] = await claimDueEmails(db, 1)
  if (!claimed) throw new Error('Nothing was due')
  const reports = reportsOf(config, claimed, randomUUID())
  const signature = 'A'.repeat(43)
  for (const Metadata of [
    { email_id: emailId },
    { email_id: emailId, signature },
    { email_id: Number(emailId), signature },
    null,
  ])
    t.equal((await report(app, { ...reports.delivery(FIRST), Metadata })).statusCode, 200)
  t.match(await emailRow(db, emailId), { messageId: null, deliveredAt: null })
  await recordOutcome(db, claimed, { state: 'retry', failure: failure('unreachable') })
})

t.test('what is no JSON, too long or poisoned is refused without a trace', async (t) => {
  const { email, reports } = await sentEmail()
  const before = await stateOf(email)
  const bounce = JSON.stringify(reports.hardBounce(FIRST))
  const refused: [string, object, number][] = [
    ['{', {}, 400],
    ['', {}, 400],
    [`${bounce.slice(0, -1)},"__proto__":{"a":1}}`, {}, 400],
    [`{"x":"${'x'.repeat(300_000)}"}`, {}, 413],
    [bounce, { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    [bounce, { 'content-type': 'text/plain' }, 415],
  ]
  for (const [body, headers, status] of refused)
    t.equal((await report(app, body, { headers })).statusCode, status, `${body.slice(0, 20)} ${status}`)
  t.same(await stateOf(email), before)
})

t.test('Postmark’s address is closed for forms, and no page is open for Postmark’s password', async (t) => {
  const authorization = `Basic ${Buffer.from(`postmark:${WEBHOOK_PASSWORD}`).toString('base64')}`
  const { label } = await db.selectFrom('clinics').select('label').executeTakeFirstOrThrow()
  const host = `${label}.${new URL(config.publicUrl).host}`
  const list = await app.inject({ url: '/settings/users', headers: { host, authorization } })
  t.match(list.headers.location, /^\/sign-in/)
  const form = await app.inject({
    method: 'POST',
    url: '/sign-in',
    headers: { host, authorization, 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'email=a%40b.example&password=x',
  })
  t.equal(form.statusCode, 403, 'a form without an origin of ours stays refused')
  for (const method of ['GET'] as const)
    t.equal(
      (await app.inject({ method, url: '/webhooks/postmark', headers: { host, authorization } })).statusCode,
      404,
    )
  const answer = await report(app, {})
  t.same([answer.headers['set-cookie'], answer.body], [undefined, 'ok'])
})
