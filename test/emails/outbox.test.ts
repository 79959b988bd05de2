import { claimDueEmails } from '../../src/emails/claim-emails.ts'
import { failure } from '../../src/emails/failure.ts'
import { queueEmail, recordOutcome } from '../../src/emails/outbox.ts'
import { testDatabase } from '../support/database.ts'
import { deliverDueEmails } from '../support/outbox.ts'
import t from '../support/tap.ts'
import { emailRow, invite, letTimePass, recordedLog, testConfig } from './fixtures.ts'

const { db } = await testDatabase(t)
const parts = { db, config: testConfig(), log: recordedLog() }

t.beforeEach(async () => {
  await db.deleteFrom('emails').execute()
})

t.test('an email leaves with the commit and not without it', async (t) => {
  const { clinicId, inviteeId, invitationId, emailId } = await invite(db)
  await db.deleteFrom('emails').where('id', '=', emailId).execute()
  const email = {
    clinicId,
    userId: inviteeId,
    kind: 'invitation',
    recipient: 'maya@x.example',
    invitationId,
  } as const
  const trx = await db.startTransaction().execute()
  await queueEmail(trx, email)
  t.equal(await deliverDueEmails(parts), 0)
  await trx.commit().execute()
  t.equal(await deliverDueEmails(parts), 1)
  // @ts-expect-error: outside a transaction it does not compile
  const outside: Parameters<typeof queueEmail>[0] = db
  t.ok(outside)
})

t.test('each attempt waits longer than the one before, up to an hour', async (t) => {
  await invite(db)
  for (const seconds of [5, 30, 120, 600, 3600, 3600, 3600]) {
    const [email] = await claimDueEmails(db, 1)
    const leaseStart = (email?.leasedUntil?.getTime() ?? 0) / 1000 - 60
    const waits = (email?.nextAttemptAt.getTime() ?? 0) / 1000 - leaseStart
    t.ok(waits >= seconds * 0.75 && waits <= seconds * 1.25, `${waits} s is about ${seconds} s`)
    await letTimePass(db)
  }
})

t.test('forty claims at once share out each email once', async (t) => {
  for (let count = 1; count <= 20; count++) await invite(db)
  const claims = await Promise.all(Array.from({ length: 40 }, () => claimDueEmails(db, 1)))
  const ids = claims.flat().map((email) => email.id)
  t.equal(new Set(ids).size, ids.length)
  t.equal((await db.selectFrom('emails').select('id').where('attempts', '>', 1).execute()).length, 0)
})

t.test('an email in the hands of one worker is left alone by the others', async (t) => {
  await invite(db)
  await claimDueEmails(db, 1)
  await db
    .updateTable('emails')
    .set({ nextAttemptAt: new Date(0) })
    .execute()
  t.equal(await deliverDueEmails(parts), 0)
})

t.test('a worker whose lease ran out cannot overrule the one that took over', async (t) => {
  const { emailId } = await invite(db)
  const [slow] = await claimDueEmails(db, 1)
  await letTimePass(db)
  const [quick] = await claimDueEmails(db, 1)
  t.ok(slow && quick)
  if (!slow || !quick) return
  t.equal(await recordOutcome(db, slow, { state: 'permanent', failure: failure('unreachable') }), false)
  t.equal(await recordOutcome(db, quick, { state: 'sent', messageId: null }), true)
  t.match(await emailRow(db, emailId), { sentAt: Date, failedAt: null })
})
