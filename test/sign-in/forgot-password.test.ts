import type { Database } from '../../src/database/database.ts'
import type { User } from '../../src/database/schema.ts'
import { letExpire } from '../../src/demo/team.ts'
import type { Mailer, Message } from '../../src/emails/message.ts'
import { testClinic } from '../support/app.ts'
import { joinPath } from '../support/invitations.ts'
import { deliverDueEmails } from '../support/outbox.ts'
import { resetPath } from '../support/password-resets.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

const PASSWORD = 'seven green parrots'
const QUIET = { info: () => {}, warn: () => {}, error: () => {} }

const keptIn =
  (sent: Message[]): Mailer =>
  async (_id, message) => {
    sent.push(message)
    return { state: 'sent', messageId: null }
  }

const emailsTo = (db: Database, user: User) =>
  db.selectFrom('emails').selectAll().where('userId', '=', user.id).orderBy('id').execute()
const oneMinuteOn = (db: Database) =>
  db
    .updateTable('emails')
    .set({ createdAt: new Date(Date.now() - 61_000) as never })
    .execute()

t.test('a receptionist who forgot her password asks, chooses a new one and signs in with it', async (t) => {
  const { app, db, config, team } = await testClinic(t)
  const elsewhere = new Visitor(app)
  await elsewhere.signIn(team.receptionist)
  const rosa = new Visitor(app)
  t.match((await rosa.get('/sign-in')).html, '<a href="/forgot-password">Forgot your password?</a>')
  t.match((await rosa.get('/forgot-password')).text, 'Enter the email address you sign in with')
  const asked = await rosa.post('/forgot-password', { email: team.receptionist.email.toUpperCase() })
  t.match(asked, { status: 200 })
  t.match(asked.text, 'If there’s an account for that address')

  const opened = await rosa.get(await resetPath(db, config, team.receptionist))
  t.equal(opened.location, '/reset-password', 'the token leaves the address')
  const page = await rosa.follow(opened)
  t.match(page.html, 'autocomplete="new-password"')
  t.match(page.html, `value="${team.receptionist.email}" readonly`)
  const done = await rosa.post('/reset-password', { password: PASSWORD })
  t.match(done, { status: 303, location: '/sign-in' })
  t.match((await rosa.follow(done)).text, 'Your password has been changed. Sign in with the new one.')

  t.match((await elsewhere.get('/my-details')).location, /^\/sign-in/, 'every session has ended')
  t.match((await rosa.signIn(team.receptionist)).status, 422, 'the old password is dead')
  t.match((await rosa.signIn(team.receptionist, PASSWORD)).status, 303)
  t.match(
    (await emailsTo(db, team.receptionist)).map((email) => email.kind),
    ['password reset', 'password changed'],
  )
  const events = db.selectFrom('events').select(['action', 'actorId', 'ip'])
  t.match(await events.where('subjectId', '=', team.receptionist.id).orderBy('id').execute(), [
    { action: 'signed-in' },
    { action: 'password.reset-requested', actorId: null },
    { action: 'password.reset', actorId: team.receptionist.id, ip: '127.0.0.1' },
    { action: 'sign-in.refused' },
    { action: 'signed-in' },
  ])
})

t.test('known, unknown, invited, expired and deactivated people get the same answer', async (t) => {
  const { app, db, team } = await testClinic(t)
  await oneMinuteOn(db)
  const before = await db.selectFrom('emails').select('id').execute()
  const people = [team.receptionist, team.invited, team.expired, team.deactivated]
  const answers = []
  for (const email of [...people.map((person) => person.email), 'nobody@elsewhere.example']) {
    const visit = await new Visitor(app).post('/forgot-password', { email })
    const { date: _, 'content-length': length, ...headers } = visit.headers
    answers.push({ status: visit.status, html: visit.html, length, headers })
  }
  for (const answer of answers) t.same(answer, answers[0])
  const emails = await db.selectFrom('emails').selectAll().orderBy('id').execute()
  t.match(
    emails.slice(before.length).map(({ userId, kind }) => [userId, kind]),
    [
      [team.receptionist.id, 'password reset'],
      [team.invited.id, 'invitation'],
    ],
    'mail goes to nobody but the active and the invited',
  )
})

t.test('an invitee gets the same invitation again, without more time and once a minute', async (t) => {
  const { app, db, config, team } = await testClinic(t)
  const path = await joinPath(db, config, team.invited)
  const open = await db.selectFrom('invitations').selectAll().where('userId', '=', team.invited.id).execute()
  const ask = () => new Visitor(app).post('/forgot-password', { email: team.invited.email })
  await ask()
  t.equal((await emailsTo(db, team.invited)).length, 1, 'the first one left less than a minute ago')
  await oneMinuteOn(db)
  await Promise.all([ask(), ask()])
  t.match(await emailsTo(db, team.invited), [
    { invitationId: open[0]?.id },
    { invitationId: open[0]?.id, recipient: team.invited.email },
  ])
  t.equal((await emailsTo(db, team.invited)).length, 2)
  t.equal(await joinPath(db, config, team.invited), path)
  t.same(await db.selectFrom('invitations').selectAll().where('userId', '=', team.invited.id).execute(), open)
  t.equal((await db.selectFrom('passwordResets').selectAll().execute()).length, 0)

  await letExpire(db, team.invited)
  await oneMinuteOn(db)
  await ask()
  t.equal((await emailsTo(db, team.invited)).length, 2, 'an expired invitation is not revived')
})

t.test('twenty presses with one link at the same moment set one password', async (t) => {
  const { app, db, config, team, passwords } = await testClinic(t)
  await new Visitor(app).post('/forgot-password', { email: team.receptionist.email })
  const path = await resetPath(db, config, team.receptionist)
  const visitors = Array.from({ length: 20 }, () => new Visitor(app))
  for (const visitor of visitors) await visitor.get(path)
  const answers = await Promise.all(
    visitors.map((visitor, n) => visitor.post('/reset-password', { password: `parrot number ${n} sings` })),
  )
  const winners = answers.flatMap((answer, n) => (answer.status === 303 ? [n] : []))
  t.equal(winners.length, 1)
  t.same([...new Set(answers.map((answer) => answer.status))].sort(), [303, 410])
  const user = db.selectFrom('users').selectAll().where('id', '=', team.receptionist.id)
  const { passwordHash } = await user.executeTakeFirstOrThrow()
  t.ok(await passwords.verify(`parrot number ${winners[0]} sings`, passwordHash))
  t.equal((await emailsTo(db, team.receptionist)).filter(({ kind }) => kind === 'password changed').length, 1)
  t.match(
    (await visitors[(winners[0] as number) ? 0 : 1]?.get('/reset-password'))?.text,
    'This link has been used',
  )
})

t.test('a second press learns that the first one worked', async (t) => {
  const { app, db, config, team } = await testClinic(t)
  const rosa = new Visitor(app)
  await rosa.post('/forgot-password', { email: team.receptionist.email })
  await rosa.get(await resetPath(db, config, team.receptionist))
  const again = new Visitor(app)
  for (const [name, value] of rosa.cookies) again.cookies.set(name, value)
  t.equal((await rosa.post('/reset-password', { password: PASSWORD })).status, 303)
  const second = await again.post('/reset-password', { password: PASSWORD })
  t.match(second, { status: 410 })
  t.match(second.text, 'This link has been used')
})

t.test('a scanner that opens the link any number of times changes nothing', async (t) => {
  const { app, db, config, team } = await testClinic(t)
  await new Visitor(app).post('/forgot-password', { email: team.receptionist.email })
  const path = await resetPath(db, config, team.receptionist)
  for (let visit = 0; visit < 6; visit++) {
    const scanner = new Visitor(app)
    await scanner.send({ method: visit % 2 ? 'HEAD' : 'GET', url: path })
    await scanner.get('/reset-password')
  }
  const rosa = new Visitor(app)
  await rosa.get(path)
  t.equal((await rosa.signIn(team.receptionist)).status, 303, 'the old password still works')
  t.equal(
    (await rosa.post('/reset-password', { password: PASSWORD })).status,
    404,
    'signing in drops the link',
  )
})

t.test('a link is refused once it expired or its person was changed in any way', async (t) => {
  const { app, db, config, team, passwords } = await testClinic(t)
  const past = { expiresAt: new Date(Date.now() - 1000) }
  const person = (change: object) =>
    db.updateTable('users').set(change).where('id', '=', team.receptionist.id).execute()
  const changes = {
    'has expired': () => db.updateTable('passwordResets').set(past).execute(),
    'no longer works: deactivated': () => person({ deactivatedAt: new Date() }),
    'no longer works: another address': () => person({ deactivatedAt: null, email: 'rosa@new.example' }),
    'no longer works: another password': async () =>
      person({ email: team.receptionist.email, passwordHash: await passwords.hash('another one entirely') }),
  }
  for (const [words, change] of Object.entries(changes)) {
    await db
      .updateTable('users')
      .set({ deactivatedAt: null })
      .where('id', '=', team.receptionist.id)
      .execute()
    await db.deleteFrom('throttles').execute()
    const rosa = new Visitor(app)
    const user = db.selectFrom('users').selectAll().where('id', '=', team.receptionist.id)
    const { email } = await user.executeTakeFirstOrThrow()
    await rosa.post('/forgot-password', { email })
    await rosa.follow(await rosa.get(await resetPath(db, config, team.receptionist)))
    await change()
    const before = await user.executeTakeFirstOrThrow()
    const late = await rosa.post('/reset-password', { password: PASSWORD })
    t.match(late, { status: 410 }, words)
    t.match(late.text, words.split(':')[0] as string)
    t.same(await user.executeTakeFirstOrThrow(), before, words)
    const unsent: Message[] = []
    await deliverDueEmails({
      db,
      config,
      log: QUIET,
      mailer: keptIn(unsent),
    })
    t.notOk(
      unsent.some((message) => message.subject.includes('new password')),
      `${words}: the link is not mailed any more`,
    )
  }
})

t.test('a token of one kind is refused at the other’s address, and a broken one everywhere', async (t) => {
  const { app, db, config, team } = await testClinic(t)
  await new Visitor(app).post('/forgot-password', { email: team.receptionist.email })
  const reset = await resetPath(db, config, team.receptionist)
  const join = await joinPath(db, config, team.invited)
  const someone = new Visitor(app)
  const swapped = [reset.replace('reset-password', 'join'), join.replace('join', 'reset-password')]
  for (const path of [...swapped, `${reset.slice(0, -1)}~`, '/reset-password/x', '/reset-password/%00']) {
    const page = await someone.follow(await someone.get(path))
    t.match(page, { status: 404 }, path)
    t.match(page.text, 'This link doesn’t work', path)
    t.equal((await someone.post(page.url, { password: PASSWORD })).status, 404, path)
  }
})

t.test('bad passwords are refused, and so is a foreign origin', async (t) => {
  const { app, db, config, team } = await testClinic(t)
  const rosa = new Visitor(app)
  t.match(await rosa.post('/forgot-password', { email: 'rosa' }), { status: 422 })
  t.match((await rosa.post('/forgot-password', { email: 'rosa@' })).html, 'value="rosa@"')
  t.match((await rosa.post('/forgot-password', {})).text, 'Enter your email address.')
  const foreign = { origin: 'https://evil.example' }
  t.equal((await rosa.post('/forgot-password', { email: team.receptionist.email }, foreign)).status, 403)
  t.equal((await emailsTo(db, team.receptionist)).length, 0)

  await rosa.post('/forgot-password', { email: team.receptionist.email })
  await rosa.get(await resetPath(db, config, team.receptionist))
  for (const password of ['', 'fourteen chars', 'x'.repeat(129), 'passwordpassword', 'rosa delgado rosa']) {
    const answer = await rosa.post('/reset-password', { password })
    t.equal(answer.status, 422, password)
    t.match(answer.html, 'href="#password"', password)
  }
  t.equal((await rosa.post('/reset-password', { password: PASSWORD, email: 'x@y.example' })).status, 422)
  t.equal((await rosa.post('/reset-password', { password: PASSWORD }, foreign)).status, 403)
  t.equal((await rosa.signIn(team.receptionist)).status, 303, 'nothing was changed')
  t.match(await rosa.get('/forgot-password'), { location: '/' }, 'who is signed in has not forgotten it')
})

t.test('requests are limited for an account silently and for where they come from openly', async (t) => {
  const { app, db, team } = await testClinic(t)
  const ask = (email: string) => new Visitor(app).post('/forgot-password', { email })
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask(team.receptionist.email)))
  for (const answer of answers) t.equal(answer.html, answers[0]?.html)
  t.equal((await emailsTo(db, team.receptionist)).length, 3)
  const more = await Promise.all(Array.from({ length: 7 }, (_, n) => ask(`nobody${n}@elsewhere.example`)))
  t.same(more.map((answer) => answer.status).sort(), [200, 200, 200, 200, 200, 429, 429])
  const refused = more.find((answer) => answer.status === 429)
  t.match(refused?.text, /Too many requests. Try again at \d+:\d\d [ap]m/)
  t.ok(Number(refused?.headers['retry-after']) > 3000)
})

t.test('a new password reopens an account that wrong ones had closed', async (t) => {
  const { app, db, config, team } = await testClinic(t)
  const rosa = new Visitor(app)
  t.equal((await rosa.signIn(team.receptionist, 'a wrong password')).status, 422)
  await db.updateTable('throttles').set({ failures: 50 }).where('key', 'like', 'account:%').execute()
  const closed = await rosa.signIn(team.receptionist)
  t.match(closed, { status: 429 })
  t.match(closed.text, 'Reset your password to continue. Forgot your password?')
  await rosa.post('/forgot-password', { email: team.receptionist.email })
  await rosa.get(await resetPath(db, config, team.receptionist))
  await rosa.post('/reset-password', { password: PASSWORD })
  t.equal((await rosa.signIn(team.receptionist, PASSWORD)).status, 303)
})

t.test('the emails say what happened, and no table holds the link', async (t) => {
  const { app, db, config, team, logged } = await testClinic(t)
  const rosa = new Visitor(app)
  await rosa.post('/forgot-password', { email: team.receptionist.email })
  const path = await resetPath(db, config, team.receptionist)
  const sent: Message[] = []
  const deliver = () =>
    deliverDueEmails({
      db,
      config,
      log: QUIET,
      mailer: keptIn(sent),
    })
  await deliver()
  const link = sent.find((message) => message.to === team.receptionist.email)
  t.match(link, { subject: 'Choose a new password for Harbour Street Clinic' })
  for (const body of [link?.html, link?.text]) t.match(body, config.publicUrl + path)
  for (const table of ['users', 'passwordResets', 'emails', 'events', 'throttles', 'sessions'] as const) {
    t.notMatch(JSON.stringify(await db.selectFrom(table).selectAll().execute()), path.split('.')[1])
  }
  t.notMatch(JSON.stringify(logged), path.split('.')[1])

  await rosa.get(path)
  await rosa.post('/reset-password', { password: PASSWORD })
  sent.length = 0
  await deliver()
  t.match(sent, [
    { to: team.receptionist.email, subject: 'Your password for Harbour Street Clinic was changed' },
  ])
  t.match(sent[0]?.text, /was changed on \w+day/)
})
