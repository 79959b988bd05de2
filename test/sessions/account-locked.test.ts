import { sql } from 'kysely'
import type { Email, LockReason } from '../../src/database/schema.ts'
import { EMAIL_KINDS } from '../../src/email-kinds.ts'
import { FAILURES_MAX, FREE_FAILURES } from '../../src/sessions/throttling.ts'
import { TRIES_PER_SESSION } from '../../src/sessions/verification-tries.ts'
import { attributes, collapsed, linksIn, visibleText } from '../emails/read-message.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import { signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { hidden, Visitor } from '../support/visitor.ts'

const told = ({ db }: TestClinic) =>
  db.selectFrom('emails').selectAll().where('kind', '=', 'account locked').orderBy('id').execute()

const reasons = (emails: Email[]) => emails.map(({ recipient, lockReason }) => [recipient, lockReason])

/** As if the delay of everybody’s last try were over. */
const waitItOut = ({ db }: TestClinic) =>
  db
    .updateTable('throttles')
    .set({ blockedUntil: new Date(0) })
    .execute()

async function wrong({ app }: TestClinic, email: string, times: number) {
  const statuses = []
  for (let nth = 0; nth < times; nth++)
    statuses.push((await new Visitor(app).signIn({ email }, 'wrong')).status)
  return statuses
}

/** The account has so many wrong passwords in a row behind it. */
async function failed(clinic: TestClinic, email: string, failures: number) {
  await wrong(clinic, email, 1)
  await clinic.db.updateTable('throttles').set({ failures }).where('key', 'like', 'account:%').execute()
  await waitItOut(clinic)
}

t.test(
  'whoever mistypes a few times is not mailed; once tries have to wait they are, once a day',
  async (t) => {
    const clinic = await testClinic(t)
    const { db, team } = clinic
    const { email } = team.receptionist
    t.same(await wrong(clinic, email, FREE_FAILURES), Array(FREE_FAILURES).fill(422))
    t.same(await told(clinic), [])
    const inAMinute = sql<Date>`now() + interval '1 minute'`
    await db
      .updateTable('throttles')
      .set({ blockedUntil: inAMinute })
      .where('key', 'like', 'account:%')
      .execute()
    const many = await Promise.all([1, 2, 3].map(() => wrong(clinic, email.toUpperCase(), 1)))
    t.same(many.flat(), [429, 429, 429])
    t.same(reasons(await told(clinic)), [[email, 'delayed']], 'three at once lead to one email')
    await db
      .updateTable('emails')
      .set({ createdAt: sql`now() - interval '25 hours'` as never })
      .execute()
    await wrong(clinic, email, 1)
    t.equal((await told(clinic)).length, 2, 'and the next day to another')
  },
)

t.test('the fiftieth wrong password closes the account, and its owner is told at once', async (t) => {
  const clinic = await testClinic(t)
  const { app, team } = clinic
  const { email } = team.receptionist
  await failed(clinic, email, FAILURES_MAX - 2)
  t.same(await wrong(clinic, email, 1), [422])
  t.same(await told(clinic), [])
  await waitItOut(clinic)
  t.same(await wrong(clinic, email, 1), [422])
  t.same(reasons(await told(clinic)), [[email, 'closed']])
  const closed = await new Visitor(app).signIn({ email })
  t.match(closed, { status: 429, text: 'Reset your password to continue' })
  t.equal((await told(clinic)).length, 1)
})

t.test('five wrong passwords at verification end the session, and its owner is told', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const path = `/settings/users/${team.scheduler.id}/deactivation`
  const signedForm = hidden(await adam.post(path), 'signedForm')
  for (let nth = 1; nth < TRIES_PER_SESSION; nth++)
    await adam.post(path, { signedForm, currentPassword: 'wrong' })
  t.same(await told(clinic), [])
  await adam.post(path, { signedForm, currentPassword: 'wrong' })
  t.same(reasons(await told(clinic)), [[team.administrator.email, 'verification']])
})

t.test('nobody without an active account is mailed, and the answers are the same', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const before = (await db.selectFrom('emails').select('id').execute()).length
  const answers = new Set<string>()
  const emails = [
    team.invited.email,
    team.deactivated.email,
    'nobody@harbour.example',
    team.receptionist.email,
  ]
  for (const email of emails) {
    await failed(clinic, email, FAILURES_MAX - 1)
    for (const nth of [1, 2]) answers.add(`${nth}: ${(await wrong(clinic, email, 1)).join()}`)
    await db.deleteFrom('throttles').execute()
  }
  t.same([...answers], ['1: 422', '2: 429'])
  t.same(reasons(await told(clinic)), [[team.receptionist.email, 'closed']])
  t.equal((await db.selectFrom('emails').select('id').execute()).length, before + 1)
})

t.test('too many tries from one network say nothing about an account, so nobody is mailed', async (t) => {
  const clinic = await testClinic(t)
  await clinic.app.ready()
  await wrong(clinic, 'nobody@harbour.example', 1)
  await clinic.db.updateTable('throttles').set({ failures: 30 }).where('key', 'like', 'ip:%').execute()
  t.same(await wrong(clinic, clinic.team.receptionist.email, 2), [429, 429])
  t.same(await told(clinic), [])
})

t.test(
  'each reason has its own words, the same in HTML and in plain text, and says what to do',
  async (t) => {
    const clinic = await testClinic(t)
    const { db, config, team } = clinic
    const words: Record<LockReason, string> = {
      delayed: 'Each further attempt now has to wait.',
      closed: 'no one can sign in until you choose a new password.',
      verification: 'That device was signed out.',
      codes: 'and then three incorrect codes',
    }
    for (const [lockReason, said] of Object.entries(words) as [LockReason, string][]) {
      const { clinicId, id: userId, email: recipient } = team.receptionist
      const row = { clinicId, userId, recipient, lockReason, kind: 'account locked' as const }
      const email = await db.insertInto('emails').values(row).returningAll().executeTakeFirstOrThrow()
      const message = await EMAIL_KINDS['account locked'].write(db, config, email)
      if (!message) throw new Error('nothing to write')
      const shown = collapsed(visibleText(message.html))
      t.match(shown, said)
      for (const paragraph of message.text.trim().split(/\n\n+/).map(collapsed))
        t.ok(shown.includes(paragraph.replace(/:$/, '')), paragraph)
      t.same(
        linksIn(message.text).filter((link) => link.startsWith('http')),
        [`${config.publicUrl}/forgot-password`],
      )
      t.same(new Set(attributes(message.html)), new Set([`${config.publicUrl}/forgot-password`]))
    }
  },
)

t.test('whoever tries Frontdesk at their own machine can read the email at /outbox', async (t) => {
  const clinic = await testClinic(t)
  await failed(clinic, clinic.team.receptionist.email, FAILURES_MAX)
  await wrong(clinic, clinic.team.receptionist.email, 1)
  const [email] = await told(clinic)
  const visitor = new Visitor(clinic.app)
  t.match((await visitor.get('/outbox')).html, `href="/outbox/${email?.id}"`)
  t.match((await visitor.get(`/outbox/${email?.id}`)).text, 'Incorrect passwords')
})
