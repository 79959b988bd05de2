import type { User } from '../../src/database/schema.ts'
import { EMAIL_KINDS } from '../../src/email-kinds.ts'
import { resendInvitation } from '../../src/invitations/invitations.ts'
import { recordedLog } from '../emails/fixtures.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import { joinPath } from '../support/invitations.ts'
import { deliverDueEmails } from '../support/outbox.ts'
import { signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

async function holder({ app, db, config }: TestClinic, user: User, earlier = 0): Promise<Visitor> {
  const visitor = new Visitor(app)
  await visitor.get(await joinPath(db, config, user, earlier))
  return visitor
}

function requestEmails({ db }: TestClinic) {
  return db.selectFrom('emails').selectAll().where('kind', '=', 'invitation request').orderBy('id').execute()
}

async function resend({ db, team }: TestClinic, user: User): Promise<void> {
  const actor = { clinicId: user.clinicId, userId: team.owner.id, ip: null, userAgent: null }
  await resendInvitation(db, actor, user.id)
}

async function hourPasses({ db }: TestClinic): Promise<void> {
  await db
    .updateTable('invitationRequests')
    .set({ createdAt: new Date(Date.now() - 61 * 60_000) as never })
    .execute()
}

t.test('an invitee whose link expired asks, and the inviter is told by mail and on the page', async (t) => {
  const clinic = await testClinic(t)
  const { db, config, team } = clinic
  const erin = await holder(clinic, team.expired)
  t.match((await erin.get('/join')).text, 'Request a new invitation')
  const answer = await erin.post('/join/request')
  t.match(answer, { status: 200, text: /Thank you If you can be invited/ })

  const [email] = await requestEmails(clinic)
  t.match(email, { userId: team.owner.id, recipient: team.owner.email })
  if (!email) return
  const message = await EMAIL_KINDS[email.kind].write(db, config, email)
  t.match(message, {
    subject: 'New Harbour Street Clinic invitation requested',
    replyTo: team.expired.email,
    text: /Erin Walsh asked for a new invitation to Harbour Street Clinic on\s+\w+day/,
  })
  const page = `http://frontdesk.localhost/settings/users/${team.expired.id}`
  t.match(message?.text, page)
  t.match(message?.html, `href="${page}"`)

  const adam = await signedIn(clinic, team.administrator)
  const person = `/settings/users/${team.expired.id}`
  t.match((await adam.get(person)).text, /Erin asked for a new invitation on \w+day/)
  t.match((await adam.get('/settings/activity')).text, 'asked for a new invitation for Erin Walsh')
  await adam.post(`${person}/invitation`)
  t.notMatch((await adam.get(person)).text, 'asked for a new invitation')
  t.match(await EMAIL_KINDS[email.kind].unwanted(db, email), { code: 'requestAnswered' })
})

t.test('whoever asks by a superseded or a withdrawn link is heard, too', async (t) => {
  const clinic = await testClinic(t)
  await resend(clinic, clinic.team.expired)
  await (await holder(clinic, clinic.team.expired, 1)).post('/join/request')
  await clinic.db
    .updateTable('invitations')
    .set({ revokedAt: new Date() })
    .where('userId', '=', clinic.team.invited.id)
    .execute()
  await (await holder(clinic, clinic.team.invited)).post('/join/request')
  t.equal((await requestEmails(clinic)).length, 2)
})

t.test(
  'however many presses, by whichever link of a person, at the same moment are one in an hour',
  async (t) => {
    const clinic = await testClinic(t)
    await resend(clinic, clinic.team.expired)
    await clinic.db
      .updateTable('invitations')
      .set({ revokedAt: new Date() })
      .where('userId', '=', clinic.team.expired.id)
      .execute()
    const holders = await Promise.all(
      Array.from({ length: 20 }, (_, n) => holder(clinic, clinic.team.expired, n % 2)),
    )
    const press = () => Promise.all(holders.map((visitor) => visitor.post('/join/request')))
    t.same(new Set((await press()).map(({ status }) => status)), new Set([200]))
    t.equal((await requestEmails(clinic)).length, 1)
    await hourPasses(clinic)
    await press()
    t.equal((await requestEmails(clinic)).length, 2)
  },
)

t.test(
  'the answer is the same for every link, and those that may not be invited cause no mail',
  async (t) => {
    const clinic = await testClinic(t)
    const { app, db, team } = clinic
    const visitors = [
      new Visitor(app),
      await holder(clinic, team.invited),
      await holder(clinic, team.expired),
    ]
    const joined = await holder(clinic, team.expired)
    const answers = []
    for (const visitor of visitors) answers.push(await visitor.post('/join/request'))
    await hourPasses(clinic)
    const sent = (await requestEmails(clinic)).length
    t.equal(sent, 1, 'only the expired one')
    for (const state of [{ deactivatedAt: new Date() }, { passwordHash: 'x', joinedAt: new Date() }]) {
      await db
        .updateTable('users')
        .set({ deactivatedAt: null, ...state })
        .where('id', '=', team.expired.id)
        .execute()
      answers.push(await joined.post('/join/request'))
    }
    t.equal((await requestEmails(clinic)).length, sent)
    t.equal(new Set(answers.map(({ status, html }) => `${status} ${html}`)).size, 1)
  },
)

t.test('where the inviter has left or lost the right, every administrator is told', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const expect = async (...people: User[]) => {
    await db.deleteFrom('emails').where('kind', '=', 'invitation request').execute()
    await hourPasses(clinic)
    await (await holder(clinic, team.expired)).post('/join/request')
    t.same(
      (await requestEmails(clinic)).map(({ userId }) => userId),
      people.map(({ id }) => id),
    )
  }
  await expect(team.owner)
  await db
    .updateTable('users')
    .set({ isOwner: false, role: 'receptionist' })
    .where('id', '=', team.owner.id)
    .execute()
  await expect(team.administrator)
  await db
    .updateTable('users')
    .set({ role: 'administrator', deactivatedAt: new Date() })
    .where('id', '=', team.owner.id)
    .execute()
  await db.updateTable('users').set({ role: 'administrator' }).where('id', '=', team.scheduler.id).execute()
  await expect(team.administrator, team.scheduler)
  const [email] = await requestEmails(clinic)
  const message = email && (await EMAIL_KINDS[email.kind].write(db, clinic.config, email))
  t.match(
    message?.text.replace(/\s+/g, ' '),
    'You’re receiving this because Olivia Hart, who sent that invitation, can no longer send one.',
  )
})

t.test('a request that has been answered meanwhile is not mailed', async (t) => {
  const clinic = await testClinic(t)
  const { db, config, team } = clinic
  await (await holder(clinic, team.expired)).post('/join/request')
  await resend(clinic, team.expired)
  await deliverDueEmails({ db, config, log: recordedLog() })
  t.match(await requestEmails(clinic), [{ sentAt: null, failure: { code: 'requestAnswered' } }])
})

t.test(
  'an address that was corrected since is named in the mail, and the new one gets the reply',
  async (t) => {
    const clinic = await testClinic(t)
    const { db, config, team } = clinic
    const visitor = await holder(clinic, team.expired)
    await db
      .updateTable('users')
      .set({ email: 'erin@right.example' })
      .where('id', '=', team.expired.id)
      .execute()
    await visitor.post('/join/request')
    const [email] = await requestEmails(clinic)
    const message = email && (await EMAIL_KINDS[email.kind].write(db, config, email))
    t.equal(message?.replyTo, 'erin@right.example')
    t.match(message?.text.replace(/\s+/g, ' '), /Their address is now\s+erin@right.example/)
  },
)
