import { sql } from 'kysely'
import type { User } from '../../src/database/schema.ts'
import { acceptReplacement, refuseReplacement } from '../../src/email-changes/accept-replacement.ts'
import { readReplacement } from '../../src/email-changes/email-change-link.ts'
import { replaceEmail } from '../../src/email-changes/replace-email.ts'
import { EMAIL_KINDS } from '../../src/email-kinds.ts'
import { type LinkPurpose, linkPath } from '../../src/emails/links.ts'
import { collapsed, linksIn, visibleText } from '../emails/read-message.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import { resetPath } from '../support/password-resets.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { type Fields, Visitor } from '../support/visitor.ts'

const NEW = 'rosa.new@mail.example'
const PASSWORD = 'seven green parrots'
const page = (user: User) => `/settings/users/${user.id}/replace-email`
const seen: Fields = { personEmail: NEW, identifiedBy: 'in person' }

async function pathOf({ db, config }: TestClinic, purpose: LinkPurpose): Promise<string> {
  const changes = db.selectFrom('emailChanges').selectAll().orderBy('id', 'desc').limit(1)
  return linkPath(config, purpose, await changes.executeTakeFirstOrThrow())
}

/** Somebody opens the newest link at the new mailbox, or at the old one. */
async function opened(clinic: TestClinic, purpose: LinkPurpose): Promise<Visitor> {
  const visitor = new Visitor(clinic.app)
  await visitor.get(await pathOf(clinic, purpose))
  return visitor
}

const emailOf = async ({ db }: TestClinic, { id }: User) =>
  (await db.selectFrom('users').select('email').where('id', '=', id).executeTakeFirstOrThrow()).email

async function emailsAbout({ db }: TestClinic) {
  const emails = db.selectFrom('emails').selectAll().where('emailChangeId', 'is not', null).orderBy('id')
  return (await emails.execute()).map(({ kind, recipient }) => [kind, recipient])
}

const actions = async ({ db }: TestClinic) =>
  (
    await db
      .selectFrom('events')
      .select('action')
      .where('action', 'like', 'email-replacement.%')
      .orderBy('id')
      .execute()
  ).map(({ action }) => action)

t.test('somebody who lost mailbox and password gets back in, with the link at the new mailbox', async (t) => {
  const clinic = await testClinic(t)
  const { app, team } = clinic
  const rosa = team.receptionist
  const phone = await signedIn(clinic, rosa)
  const adam = await signedIn(clinic, team.administrator)
  t.match((await adam.get(`/settings/users/${rosa.id}/address`)).html, page(rosa))
  t.match((await adam.get(page(rosa))).text, 'Make sure it’s really Rosa.')
  const look = await adam.post(page(rosa), seen)
  for (const words of ['Verify your password', rosa.email, NEW, 'Seen in person', 'Last sign-in'])
    t.match(look.text, words)
  t.same(await emailsAbout(clinic), [], 'nothing has happened yet')
  t.equal((await pressAndVerify(adam, page(rosa), seen)).status, 303)
  t.same(await emailsAbout(clinic), [
    ['email replacement', NEW],
    ['email replacement notice', rosa.email],
  ])
  t.equal(await emailOf(clinic, rosa), rosa.email)

  const home = await opened(clinic, 'email replacement')
  t.match((await home.get('/new-mailbox')).text, `You’ll sign in as ${NEW}`)
  t.equal((await phone.get('/my-details')).status, 200, 'opening the link changes nothing')
  t.match(await home.post('/new-mailbox', { password: 'short' }), { status: 422, text: 'Use at least' })
  const done = await home.follow(await home.post('/new-mailbox', { password: PASSWORD }))
  t.match(done.text, `Sign in with ${NEW} and your new password.`)
  t.match((await phone.get('/my-details')).location, /^\/sign-in/, 'every session has ended')
  t.equal((await new Visitor(app).signIn({ email: NEW }, PASSWORD)).status, 303)
  t.equal((await new Visitor(app).signIn(rosa)).status, 422, 'the old address and password are nobody’s')
  t.same((await emailsAbout(clinic)).slice(2), [['email changed', rosa.email]])
  t.same(await actions(clinic), ['email-replacement.requested', 'email-replacement.done'])
  const activity = (await adam.get('/settings/activity')).text
  t.match(activity, 'began replacing the lost email address of Rosa Delgado')
  t.match(activity, /Identity confirmed: none → (Called on the number on file|Seen in person)/)
  t.equal((await home.get('/new-mailbox')).status, 410, 'the link is used up')
  t.equal((await (await opened(clinic, 'email replacement')).get('/new-mailbox')).status, 410)
  t.match((await (await opened(clinic, 'email replacement stop')).get('/stop-replacement')).text, 'too late')
})

t.test('where nobody made sure who it is, the link waits a day', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await pressAndVerify(adam, page(team.receptionist), { ...seen, identifiedBy: 'not yet' })
  const home = await opened(clinic, 'email replacement')
  t.match(await home.get('/new-mailbox'), { status: 403, text: 'This link doesn’t work yet' })
  t.equal((await home.post('/new-mailbox', { password: PASSWORD })).status, 403)
  t.equal(await emailOf(clinic, team.receptionist), team.receptionist.email)
  const { expiresAt, createdAt } = await db.selectFrom('emailChanges').selectAll().executeTakeFirstOrThrow()
  t.equal((expiresAt.getTime() - createdAt.getTime()) / 3_600_000, 48)
  await db.updateTable('emailChanges').set({ usableFrom: sql`now()` }).execute()
  t.equal((await home.post('/new-mailbox', { password: PASSWORD })).status, 303)
  t.equal(await emailOf(clinic, team.receptionist), NEW)
})

t.test(
  'whoever still reads the old mailbox stops it: the link shows, and only the button acts',
  async (t) => {
    const clinic = await testClinic(t)
    const { team } = clinic
    const adam = await signedIn(clinic, team.administrator)
    await pressAndVerify(adam, page(team.receptionist), seen)
    const rosa = await opened(clinic, 'email replacement stop')
    t.match((await rosa.get('/stop-replacement')).text, `about to get ${NEW}`)
    t.equal((await (await opened(clinic, 'email replacement')).get('/new-mailbox')).status, 200)
    const stopped = await Promise.all([1, 2].map(() => rosa.post('/stop-replacement')))
    for (const answer of stopped) t.match(answer, { status: 200, text: 'Your address hasn’t changed' })
    const thief = await opened(clinic, 'email replacement')
    t.match(await thief.post('/new-mailbox', { password: PASSWORD }), {
      status: 410,
      text: 'no longer works',
    })
    t.equal(await emailOf(clinic, team.receptionist), team.receptionist.email)
    t.same(await actions(clinic), ['email-replacement.requested', 'email-replacement.stopped'])
    t.match(
      (await adam.get('/settings/activity')).text,
      'Someone stopped the email address change for Rosa Delgado',
    )
    const mixed = new Visitor(clinic.app)
    await mixed.get(
      (await pathOf(clinic, 'email replacement stop')).replace('/stop-replacement', '/new-mailbox'),
    )
    t.equal((await mixed.get('/new-mailbox')).status, 404, 'neither link serves for the other')
  },
)

t.test('whoever signs in, or chooses a new password by the old mailbox, has lost nothing', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, config, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await pressAndVerify(adam, page(team.receptionist), seen)
  await signedIn(clinic, team.receptionist)
  t.equal((await (await opened(clinic, 'email replacement')).get('/new-mailbox')).status, 410)
  await pressAndVerify(adam, page(team.scheduler), { ...seen, personEmail: 'sven.new@mail.example' })
  await new Visitor(app).post('/forgot-password', { email: team.scheduler.email })
  const sven = new Visitor(app)
  await sven.get(await resetPath(db, config, team.scheduler))
  t.equal((await sven.post('/reset-password', { password: PASSWORD })).status, 303)
  t.equal((await (await opened(clinic, 'email replacement')).get('/new-mailbox')).status, 410)
})

t.test('accepting and stopping at once: one of them wins, and the address says which', async (t) => {
  const clinic = await testClinic(t)
  const { db, config, team } = clinic
  const rosa = team.receptionist
  const from = { ip: null, userAgent: null }
  const actor = { clinicId: rosa.clinicId, userId: team.administrator.id, ...from }
  for (let round = 0; round < 4; round++) {
    await db
      .updateTable('emailChanges')
      .set({ createdAt: new Date(0) as never })
      .execute()
    const before = await emailOf(clinic, rosa)
    const email = `round${round}@mail.example`
    await replaceEmail(db, actor, rosa.id, { email, identifiedBy: 'in person' }, crypto.randomUUID())
    const token = (await pathOf(clinic, 'email replacement')).split('/').pop() ?? ''
    const link = await readReplacement(db, { clinicId: rosa.clinicId, keys: config.keys.links }, token)
    if (link.state !== 'open') throw new Error(link.state)
    const outcomes = await Promise.all([
      acceptReplacement(db, link.change, 'a hash', from),
      acceptReplacement(db, link.change, 'a hash', from),
      refuseReplacement(db, link.change, from),
    ])
    const isDone = outcomes.includes('done')
    t.equal(outcomes.filter((outcome) => outcome === 'done' || outcome === true).length, 1, String(outcomes))
    t.equal(await emailOf(clinic, rosa), isDone ? email : before)
  }
})

t.test('a link of an administrator who no longer is one, or to somebody deactivated, is dead', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await pressAndVerify(adam, page(team.receptionist), seen)
  const home = await opened(clinic, 'email replacement')
  await db
    .updateTable('users')
    .set({ role: 'receptionist' })
    .where('id', '=', team.administrator.id)
    .execute()
  const late = await home.post('/new-mailbox', { password: PASSWORD })
  t.match(late, { status: 410, text: 'This link no longer works' }, 'and says so')
  t.equal(await emailOf(clinic, team.receptionist), team.receptionist.email)
  await db
    .updateTable('users')
    .set({ role: 'administrator' })
    .where('id', '=', team.administrator.id)
    .execute()
  await pressAndVerify(adam, `/settings/users/${team.receptionist.id}/deactivation`)
  t.equal((await home.post('/new-mailbox', { password: PASSWORD })).status, 410)
})

t.test('an address that somebody got meanwhile is not given twice', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await pressAndVerify(adam, page(team.receptionist), seen)
  await db.updateTable('users').set({ email: NEW }).where('id', '=', team.invited.id).execute()
  const home = await opened(clinic, 'email replacement')
  const answer = await home.post('/new-mailbox', { password: PASSWORD })
  t.match(answer, {
    status: 422,
    text: `Someone else at Harbour Street Clinic now uses ${NEW}, so your address hasn’t changed. Tell Adam Okafor.`,
  })
})

t.test(
  'bad answers, oneself, owners, people who have not joined and other roles are refused in words',
  async (t) => {
    const clinic = await testClinic(t)
    const { app, team } = clinic
    const adam = await signedIn(clinic, team.administrator)
    const refused = async (user: User, fields: Fields, words: string) => {
      const answer = await pressAndVerify(adam, page(user), { ...seen, ...fields })
      t.match(answer, { status: 422, text: words }, words)
    }
    await refused(team.receptionist, { personEmail: '' }, 'Enter an email address.')
    await refused(team.receptionist, { personEmail: 'x' }, 'in the correct format')
    await refused(team.receptionist, { identifiedBy: '' }, 'Choose how you made sure who it is.')
    await refused(team.receptionist, { identifiedBy: 'phone' }, 'Rosa has no phone number on file to call.')
    await refused(
      team.receptionist,
      { personEmail: team.receptionist.email },
      'That’s already the current address.',
    )
    await refused(
      team.receptionist,
      { personEmail: team.scheduler.email },
      'Sven Lindqvist already has this email address',
    )
    await refused(team.administrator, {}, 'Change your own address under My details.')
    await refused(team.owner, {}, 'Olivia is an owner')
    await refused(team.invited, {}, 'Ivan hasn’t joined yet.')
    t.same(await emailsAbout(clinic), [])
    await pressAndVerify(adam, page(team.receptionist), seen)
    t.equal((await pressAndVerify(adam, page(team.receptionist), seen)).status, 429)
    t.equal((await (await signedIn(clinic, team.receptionist)).post(page(team.scheduler), seen)).status, 403)
    t.equal((await new Visitor(app).post(page(team.scheduler), seen)).status, 401)
    for (const path of ['/new-mailbox', '/stop-replacement']) {
      t.equal((await new Visitor(app).get(path)).status, 404)
      t.equal((await new Visitor(app).post(path, {}, { origin: 'https://evil.example' })).status, 403)
    }
  },
)

t.test('an administrator who lost their mailbox is not sent to an administrator', async (t) => {
  const clinic = await testClinic(t)
  const { db, app, team } = clinic
  const olivia = await signedIn(clinic, team.owner)
  for (const user of [team.administrator, team.receptionist]) {
    const isAdministrator = user === team.administrator
    const email = `${user.id}@mail.example`
    await pressAndVerify(olivia, page(user), { ...seen, personEmail: email, identifiedBy: 'not yet' })
    const path = await pathOf(clinic, 'email replacement')
    const oldMailbox = await opened(clinic, 'email replacement stop')
    const says = async (visitor: Visitor, path: string, words: string) => {
      const { text } = await visitor.get(path)
      t.match(text, words)
      t.equal(
        /ask an administrator|contact an administrator|tell an administrator/i.test(text),
        !isAdministrator,
        text,
      )
    }
    const newMailbox = new Visitor(app)
    await newMailbox.get(path)
    await says(newMailbox, '/new-mailbox', 'ask Olivia Hart to call you')
    await oldMailbox.post('/stop-replacement')
    await says(oldMailbox, '/stop-replacement', 'that you didn’t ask for it.')
    await says(newMailbox, '/new-mailbox', 'The change was stopped')
    await db.updateTable('emailChanges').set({ withdrawnAt: null, expiresAt: sql`now()` }).execute()
    await says(newMailbox, '/new-mailbox', 'Ask Olivia Hart to send you another one.')
    await db.updateTable('emailChanges').set({ confirmedAt: sql`now()` }).execute()
    await says(newMailbox, '/new-mailbox', 'right away.')
    await says(oldMailbox, '/stop-replacement', 'The address has already been replaced')
  }
})

t.test('both emails say from when the link works, the same in HTML and in text', async (t) => {
  const clinic = await testClinic(t)
  const { db, config, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await pressAndVerify(adam, page(team.receptionist), { ...seen, identifiedBy: 'not yet' })
  for (const email of await db
    .selectFrom('emails')
    .selectAll()
    .where('emailChangeId', 'is not', null)
    .execute()) {
    const message = await EMAIL_KINDS[email.kind].write(db, config, email)
    if (!message) throw new Error(email.kind)
    const shown = collapsed(visibleText(message.html))
    t.match(shown, /works (once, )?from/)
    for (const paragraph of message.text.trim().split(/\n\n+/).map(collapsed))
      t.ok(shown.includes(paragraph.replace(/:$/, '')), paragraph)
    t.equal(linksIn(message.text).filter((link) => link.startsWith('http')).length, 1)
  }
})

t.test('where nothing can be replaced, the page says what to do before anything is typed', async (t) => {
  const clinic = await testClinic(t)
  const { invited, deactivated, administrator } = clinic.team
  const adam = await signedIn(clinic, administrator)
  for (const [user, words] of [
    [invited, 'Ivan hasn’t joined yet. Correct the address on their invitation.'],
    [deactivated, 'Dora is deactivated. Reactivate them first.'],
    [administrator, 'Change your own address under My details.'],
  ] as const) {
    const shown = await adam.get(page(user))
    t.equal(shown.location, `/settings/users/${user.id}`)
    t.match((await adam.follow(shown)).text, words)
    const sent = await adam.post(page(user), seen)
    t.equal(sent.status, 422, 'before the password is asked')
    t.match(sent.text, words)
  }
})
