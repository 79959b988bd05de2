import { openDatabase } from '../../src/database/database.ts'
import type { OutageCode } from '../../src/words/en/email-failures.ts'
import { testDatabase } from '../support/database.ts'
import { type Answer, startFakePostmark } from '../support/fake-postmark.ts'
import { deliverDueEmails } from '../support/outbox.ts'
import t from '../support/tap.ts'
import { emailRow, invite, letTimePass, postmarkConfig, recordedLog } from './fixtures.ts'

const { db, url } = await testDatabase(t)
const postmark = await startFakePostmark()
t.teardown(() => postmark.stop())
const parts = { db, config: postmarkConfig(postmark.url), log: recordedLog() }

t.beforeEach(async () => {
  await db.deleteFrom('emails').execute()
  await db.deleteFrom('emailOutages').execute()
  postmark.received.length = 0
})

const outage = () => db.selectFrom('emailOutages').selectAll().executeTakeFirst()

/** The next probe is due, and nothing else changes. */
async function untilNextProbe(): Promise<void> {
  await db
    .updateTable('emailOutages')
    .set({ nextProbeAt: new Date(0) })
    .execute()
}

const REFUSALS: [Answer, OutageCode][] = [
  ['bad token', 'tokenRefused'],
  ['unknown sender', 'senderUnknown'],
  ['unconfirmed sender', 'senderUnconfirmed'],
  ['invalid JSON', 'requestGarbled'],
  ['account pending', 'accountPending'],
  ['inactive server', 'accountClosed'],
]
for (const [answer, reason] of REFUSALS) {
  t.test(`while Postmark refuses everything (${answer}), the queue waits and loses no attempt`, async (t) => {
    const invited = []
    for (let count = 1; count <= 10; count++) invited.push(await invite(db))
    postmark.answerNext(...Array<Answer>(20).fill(answer))
    t.equal(await deliverDueEmails(parts), 4, 'only those in hand found out')
    for (let sweep = 1; sweep <= 5; sweep++) t.equal(await deliverDueEmails(parts), 0)
    const { since } = (await outage()) ?? {}
    t.match(await outage(), { reason, since: Date })

    for (let probe = 1; probe <= 5; probe++) {
      await untilNextProbe()
      t.equal(await deliverDueEmails(parts), 1, 'one at a time')
      t.equal(await deliverDueEmails(parts), 0)
    }
    t.same((await outage())?.since, since, 'since when stays')
    for (const { emailId } of invited)
      t.match(await emailRow(db, emailId), { attempts: 0, sentAt: null, failedAt: null, leasedUntil: null })
    t.equal(postmark.received.length, 9)

    postmark.forget()
    await untilNextProbe()
    t.equal(await deliverDueEmails(parts), 10, 'repaired: everything leaves in one go')
    t.equal(await outage(), undefined)
    for (const { emailId } of invited)
      t.match(await emailRow(db, emailId), { attempts: 1, sentAt: Date, failure: null })
  })
}

t.test('probes come more and more seldom, up to ten minutes', async (t) => {
  await invite(db)
  postmark.answerNext(...Array<Answer>(8).fill('bad token'))
  const waits: number[] = []
  for (let probe = 1; probe <= 7; probe++) {
    const before = Date.now()
    await deliverDueEmails(parts)
    waits.push(Math.round((((await outage())?.nextProbeAt.getTime() ?? 0) - before) / 1000))
    await untilNextProbe()
  }
  for (const [index, seconds] of [30, 60, 120, 300, 600, 600, 600].entries())
    t.ok(Math.abs((waits[index] ?? 0) - seconds) <= 5, `${waits[index]} s is about ${seconds} s`)
  postmark.forget()
})

t.test('of two processes one probes', async (t) => {
  for (let count = 1; count <= 8; count++) await invite(db)
  const other = openDatabase(url)
  t.teardown(() => other.destroy())
  postmark.answerNext(...Array<Answer>(30).fill('bad token'))
  await deliverDueEmails(parts)
  postmark.received.length = 0
  for (let round = 1; round <= 5; round++) {
    await untilNextProbe()
    const counts = await Promise.all(
      [db, other, db, other].map((each) => deliverDueEmails({ ...parts, db: each })),
    )
    t.equal(
      counts.reduce((sum, count) => sum + count),
      1,
      `${counts}`,
    )
  }
  t.equal(postmark.received.length, 5)
  postmark.forget()
})

t.test('an email that is no longer wanted proves nothing, and costs no interval', async (t) => {
  const withdrawn = await invite(db)
  postmark.answerNext('bad token')
  await deliverDueEmails(parts)
  await db.updateTable('invitations').set({ revokedAt: new Date() }).execute()
  const wanted = await invite(db)
  await untilNextProbe()
  await deliverDueEmails(parts)
  t.match(await emailRow(db, withdrawn.emailId), { failureKind: 'unwanted' })
  t.match(await emailRow(db, wanted.emailId), { sentAt: Date })
  t.equal(await outage(), undefined)
})

t.test('an address that Postmark blocks, a busy or a broken Postmark hold up nobody else', async (t) => {
  for (const answer of ['inactive recipient', 'server error', 'rate limit', 'garbage'] as const) {
    await invite(db)
    postmark.answerNext(answer)
    await deliverDueEmails(parts)
    t.equal(await outage(), undefined, answer)
    const next = await invite(db)
    await deliverDueEmails(parts)
    t.match(await emailRow(db, next.emailId), { sentAt: Date })
  }
  await letTimePass(db)
})
