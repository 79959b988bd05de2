import { randomUUID } from 'node:crypto'
import type { User } from '../../../../src/database/schema.ts'
import { claimDueEmails } from '../../../../src/emails/claim-emails.ts'
import { failure } from '../../../../src/emails/failure.ts'
import { recordOutcome } from '../../../../src/emails/outbox.ts'
import { changeUser } from '../../../../src/users/users.ts'
import { type TestClinic, testClinic } from '../../../support/app.ts'
import { report, reportsOf, WEBHOOK_PASSWORD } from '../../../support/postmark-reports.ts'
import { pressAndVerify, signedIn } from '../../../support/press.ts'
import t from '../../../support/tap.ts'

const ENVIRONMENT = { POSTMARK_WEBHOOK_PASSWORD: WEBHOOK_PASSWORD }
const AT = '2026-11-24T01:30:00Z'
const LATER = '2026-11-24T02:30:00Z'

/** As if the newest email to them had been handed to Postmark. */
async function handOver({ db, config }: TestClinic, user: User) {
  const emails = await claimDueEmails(db, 10)
  const email = emails.findLast((each) => each.userId === user.id)
  if (!email) throw new Error('Nothing was due')
  const messageId = randomUUID()
  await recordOutcome(db, email, { state: 'sent', messageId })
  return reportsOf(config, email, messageId)
}

/** The day is said as people say it; machines and whoever asks read it exactly. */
const step = (words: string, at: string, exact: string) =>
  `<strong>${words}</strong> <time datetime="${new Date(at).toISOString()}" title="${exact}">`

const exactly = (time: string) => `Tuesday 24\u00a0November 2026 at ${time}\u00a0pm\u00a0AEDT`

t.test('an administrator reads on the page and in the list what became of an invitation', async (t) => {
  const clinic = await testClinic(t, ENVIRONMENT)
  const { app, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const path = `/settings/users/${team.invited.id}`
  t.match((await adam.get(path)).text, /Emails to Ivan Invitation Queued To ivan@\S+ Queued/)
  t.match((await adam.get('/settings/users')).text, /Ivan Petrov Receptionist No Invited Queued \d/)

  const reports = await handOver(clinic, team.invited)
  await report(app, reports.delivery(AT))
  t.match((await adam.get(path)).html, step('Delivered', AT, exactly('12:30')))
  t.match((await adam.get('/settings/users')).text, 'Invited Delivered 24 Nov, 12:30 pm')

  await report(app, reports.hardBounce(LATER))
  const page = await adam.get(path)
  t.match(page.html, step('Bounced', LATER, exactly('1:30')))
  t.match(page.text, /Bounced [\w ,:]+ The mailbox doesn’t exist\./)
  t.match(page.text, `We can’t email ${team.invited.email} because an earlier email bounced.`)
  t.notMatch(page.text, 'Resend invitation email')
  t.match(page.html, `<a class="button" href="${path}/address">Correct email address</a>`)
  t.match((await adam.get('/settings/users')).text, 'Bounced 24 Nov, 1:30 pm. The mailbox doesn’t exist.')
})

t.test(
  'sending to a blocked address is refused in words, until the address is corrected or freed',
  async (t) => {
    const clinic = await testClinic(t, ENVIRONMENT)
    const { app, db, team } = clinic
    const adam = await signedIn(clinic, team.administrator)
    const path = `/settings/users/${team.invited.id}`
    const reports = await handOver(clinic, team.invited)
    await db
      .updateTable('invitations')
      .set({ createdAt: new Date(0) as never })
      .execute()
    await report(app, reports.complaint(AT))
    const refused = await adam.post(`${path}/invitation`)
    t.equal(refused.status, 422)
    t.match(refused.text, /marked as spam\. Correct the address; resending won’t help\./)

    await report(app, reports.suppression(LATER, false))
    t.match((await adam.get(path)).text, 'Resend invitation email')
    t.equal((await adam.post(`${path}/invitation`)).status, 303)

    await report(app, reports.suppression('2026-11-24T03:30:00Z'))
    t.equal((await adam.post(`${path}/invitation`)).status, 422)
    const corrected = await pressAndVerify(adam, `${path}/address`, {
      personEmail: 'ivan.petrov@harbour.example',
    })
    t.equal(corrected.status, 303)
    const page = await adam.follow(corrected)
    t.match(page.text, 'Resend invitation email')
    t.notMatch(page.text, 'We can’t email')
  },
)

t.test('Needs attention finds whose newest email came to grief, counts them, and lets them go', async (t) => {
  const clinic = await testClinic(t, ENVIRONMENT)
  const { app, db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const list = async () => (await adam.get('/settings/users?status=needs+attention')).text
  t.match(await list(), 'No one matches these filters')

  const reports = await handOver(clinic, team.invited)
  await report(app, reports.hardBounce(AT))
  t.match(await list(), /1 person found.*Ivan Petrov/)
  t.notMatch(await list(), 'Adam Okafor Administrator')
  t.match((await adam.get('/settings/users?status=needs+attention&role=scheduler')).text, 'No one matches')
  t.match((await adam.get('/settings/users?status=needs+attention&search=petr')).text, 'Ivan Petrov')
  t.match((await pressAndVerify(adam, '/settings/users/export?status=needs+attention')).html, 'Petrov')

  await pressAndVerify(adam, `/settings/users/${team.invited.id}/address`, {
    personEmail: 'ivan.p@harbour.example',
  })
  t.match(await list(), 'No one matches these filters', 'the address was corrected')

  const again = await handOver(clinic, team.invited)
  await report(app, again.softBounce(AT))
  t.match(await list(), /Ivan Petrov.*The mailbox is full\./)
  await report(app, again.delivery(LATER))
  t.match(await list(), 'No one matches these filters', 'it arrived after all')

  await report(app, again.complaint(LATER))
  t.match(await list(), 'Marked as spam')
  const joined = { joinedAt: new Date(), passwordHash: 'hash' }
  await db.transaction().execute((trx) => changeUser(trx, team.invited, joined))
  t.match(await list(), 'No one matches these filters', 'they joined by the link')
})

t.test('a user whose invitation bounced needs attention until another email has an outcome', async (t) => {
  const clinic = await testClinic(t, ENVIRONMENT)
  const { app, db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const path = `/settings/users/${team.invited.id}`
  const list = async () => (await adam.get('/settings/users?status=needs+attention')).text
  const reports = await handOver(clinic, team.invited)
  await report(app, reports.softBounce(AT))
  await db
    .updateTable('invitations')
    .set({ createdAt: new Date(0) as never })
    .execute()
  t.equal((await adam.post(`${path}/invitation`)).status, 303)
  t.match(await list(), 'Ivan Petrov', 'another invitation is only queued')

  const [again] = await claimDueEmails(db, 10)
  if (!again) throw new Error('Nothing was due')
  await recordOutcome(db, again, { state: 'unwanted', failure: failure('changeCancelled') })
  t.match(await list(), 'Ivan Petrov', 'it was never sent')

  await db.updateTable('emails').set({ failedAt: null }).where('id', '=', again.id).execute()
  await report(app, reports.complaint(LATER))
  t.match(await list(), 'Ivan Petrov')
  await recordOutcome(db, again, { state: 'sent', messageId: randomUUID() })
  t.match(await list(), 'No one matches these filters', 'the newer one was accepted')
  await report(app, reports.hardBounce(LATER))
  t.match(await list(), 'No one matches these filters', 'what is heard of the older one comes too late')
})

t.test('two outcomes at once leave the newer email’s', async (t) => {
  const clinic = await testClinic(t, ENVIRONMENT)
  const { db, team } = clinic
  const { id: userId, clinicId, email: recipient } = team.bookkeeper
  for (let round = 0; round < 10; round += 1) {
    const rows = [1, 2].map(() => ({ clinicId, userId, recipient, kind: 'password changed' as const }))
    await db.insertInto('emails').values(rows).execute()
    const claimed = (await claimDueEmails(db, 10)).filter((email) => email.userId === userId)
    const [older, newer] = claimed.sort((one, other) => Number(one.id) - Number(other.id))
    if (!older || !newer) throw new Error('Two were due')
    await Promise.all([
      recordOutcome(db, older, { state: 'permanent', failure: failure('unreachable') }),
      recordOutcome(db, newer, { state: 'sent', messageId: randomUUID() }),
    ])
    const user = db.selectFrom('users').select('needsAttention').where('clinicId', '=', clinicId)
    t.same(await user.where('id', '=', userId).executeTakeFirst(), { needsAttention: false })
  }
})

t.test('while no email can leave, administrators read why and since when, and nobody else', async (t) => {
  const clinic = await testClinic(t, ENVIRONMENT)
  const { db, team } = clinic
  const reason = 'senderUnconfirmed'
  const since = new Date(AT)
  await db.insertInto('emailOutages').values({ reason, since, nextProbeAt: since }).execute()
  const adam = await signedIn(clinic, team.administrator)
  const words = `Frontdesk has been unable to send email since Tuesday 24 November 2026 at 12:30 pm AEDT. The sender address isn’t confirmed in Postmark yet.`
  for (const path of ['/settings/users', '/my-details', `/settings/users/${team.invited.id}`])
    t.match((await adam.get(path)).text, words, path)
  const rosa = await signedIn(clinic, team.receptionist)
  t.notMatch((await rosa.get('/my-details')).text, 'unable to send email')
  await db.deleteFrom('emailOutages').execute()
  t.notMatch((await adam.get('/settings/users')).text, 'unable to send email')
})
