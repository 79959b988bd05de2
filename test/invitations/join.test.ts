import { letExpire } from '../../src/demo/team.ts'
import { resendInvitation } from '../../src/invitations/invitations.ts'
import { testClinic } from '../support/app.ts'
import { joinPath } from '../support/invitations.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

const PASSWORD = 'seven green parrots'

t.test(
  'the invitee sees who invited whom to which clinic as what, creates a password and is in',
  async (t) => {
    const { app, db, config, team } = await testClinic(t)
    const ivan = new Visitor(app)
    const opened = await ivan.get(await joinPath(db, config, team.invited))
    t.equal(opened.location, '/join', 'the token leaves the address')
    const page = await ivan.follow(opened)
    t.match(
      page.text,
      'Olivia Hart has invited you, Ivan Petrov, to join Harbour Street Clinic as a receptionist.',
    )
    t.match(page.text, 'At least 15 characters')
    t.match(page.html, 'autocomplete="new-password"')

    const joined = await ivan.follow(await ivan.post('/join', { password: PASSWORD }))
    t.match(joined.text, 'Welcome to Harbour Street Clinic, Ivan. As a receptionist you book appointments')
    const user = await db
      .selectFrom('users')
      .selectAll()
      .where('id', '=', team.invited.id)
      .executeTakeFirstOrThrow()
    t.ok(user.joinedAt)
    t.ok(/^v2:[\w-]{8}:\$2b\$/.test(user.passwordHash ?? ''))
    t.notMatch(JSON.stringify(user), PASSWORD)

    const later = new Visitor(app)
    t.equal((await later.signIn(team.invited, PASSWORD)).status, 303)
    const events = await db
      .selectFrom('events')
      .select('action')
      .where('subjectId', '=', user.id)
      .orderBy('id')
      .execute()
    t.same(
      events.map((event) => event.action),
      ['invitation.sent', 'user.joined', 'signed-in'],
    )
  },
)

t.test('a second press of Join says that the first one worked', async (t) => {
  const { app, db, config, team } = await testClinic(t)
  const ivan = new Visitor(app)
  await ivan.get(await joinPath(db, config, team.invited))
  const stale = new Map(ivan.cookies)
  t.equal((await ivan.post('/join', { password: PASSWORD })).status, 303)
  // The browser went on with the second press and never saw the first answer's cookie.
  const again = new Visitor(app)
  for (const [name, value] of stale) again.cookies.set(name, value)
  const second = await again.post('/join', { password: PASSWORD })
  t.equal(second.status, 410)
  t.match(second.text, 'You’ve already joined. Sign in with the password you created.')
})

t.test('a mail scanner that opens the link any number of times changes nothing', async (t) => {
  const { app, db, config, team } = await testClinic(t)
  const path = await joinPath(db, config, team.invited)
  for (let visit = 0; visit < 20; visit++) {
    const scanner = new Visitor(app)
    await scanner.send({
      method: visit % 2 ? 'HEAD' : 'GET',
      url: path,
      headers: { 'user-agent': 'SafeLinks' },
    })
    await scanner.get('/join')
  }
  const user = await db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', team.invited.id)
    .executeTakeFirstOrThrow()
  t.equal(user.joinedAt, null)
  const ivan = new Visitor(app)
  await ivan.get(path)
  t.equal((await ivan.post('/join', { password: PASSWORD })).location, '/my-details')
})

t.test('twenty people who press Join with one link at the same moment are one', async (t) => {
  const { app, db, config, team, passwords } = await testClinic(t)
  const path = await joinPath(db, config, team.invited)
  const visitors = Array.from({ length: 20 }, () => new Visitor(app))
  for (const visitor of visitors) await visitor.get(path)
  const answers = await Promise.all(
    visitors.map((visitor, n) => visitor.post('/join', { password: `parrot number ${n} sings` })),
  )
  const winners = answers.flatMap((answer, n) => (answer.status === 303 ? [n] : []))
  t.equal(winners.length, 1)
  t.same([...new Set(answers.map((answer) => answer.status))].sort(), [303, 410])
  const user = await db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', team.invited.id)
    .executeTakeFirstOrThrow()
  t.ok(await passwords.verify(`parrot number ${winners[0]} sings`, user.passwordHash))
  const joins = await db.selectFrom('events').select('id').where('action', '=', 'user.joined').execute()
  t.equal(joins.length, 1)
})

t.test('an invitation that expires while its form is open is not accepted', async (t) => {
  const { app, db, config, team } = await testClinic(t)
  const ivan = new Visitor(app)
  await ivan.follow(await ivan.get(await joinPath(db, config, team.invited)))
  await letExpire(db, team.invited)
  const late = await ivan.post('/join', { password: PASSWORD })
  t.equal(late.status, 410)
  t.match(late.text, 'This invitation has expired')
  t.match(late.text, 'Ask Olivia Hart at Harbour Street Clinic to send you a new one.')
  const user = await db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', team.invited.id)
    .executeTakeFirstOrThrow()
  t.match(user, { joinedAt: null, passwordHash: null })
})

t.test('every link that no longer works says what happened and what to do', async (t) => {
  const { app, db, config, team } = await testClinic(t)
  const see = async (path: string) => {
    const someone = new Visitor(app)
    return someone.follow(await someone.get(path))
  }
  const expired = await see(await joinPath(db, config, team.expired))
  t.match(expired, { status: 410 })
  t.match(expired.text, /has expired It was valid until \w+day/)

  const first = await joinPath(db, config, team.expired)
  const inviter = { clinicId: team.owner.clinicId, userId: team.owner.id, ip: null, userAgent: null }
  await resendInvitation(db, inviter, team.expired.id)
  const superseded = await see(first)
  t.match(superseded, { status: 410 })
  t.match(superseded.text, /We sent you a newer invitation to Harbour Street Clinic on \w+day/)

  const ivan = new Visitor(app)
  const path = await joinPath(db, config, team.invited)
  await ivan.get(path)
  await ivan.post('/join', { password: PASSWORD })
  const used = await see(path)
  t.match(used, { status: 410 })
  t.match(used.text, 'You’ve already joined. Sign in with the password you created.')

  await db
    .updateTable('invitations')
    .set({ revokedAt: new Date() })
    .where('userId', '=', team.expired.id)
    .execute()
  const revoked = await see(await joinPath(db, config, team.expired))
  t.match(revoked, { status: 410 })
  t.match(revoked.text, 'This invitation was cancelled')
})

t.test('unknown and malformed links are told apart from nothing and accept nothing', async (t) => {
  const { app, db, config, team } = await testClinic(t)
  const real = await joinPath(db, config, team.invited)
  const other = await joinPath(db, config, team.expired)
  const swapped = `${real.split('.')[0]}.${other.split('.')[1]}`
  const bad = ['/join/x', '/join/null', '/join/undefined', '/join/1.', swapped, `${real}A`, real.slice(0, -1)]
  for (const path of [...bad, `/join/999999999999999999.${'A'.repeat(43)}`, '/join/%00', '/join/1%2E1']) {
    const someone = new Visitor(app)
    const page = await someone.follow(await someone.get(path))
    t.match(page, { status: 404 }, path)
    t.match(page.text, 'This link doesn’t work', path)
    t.equal((await someone.post('/join', { password: PASSWORD })).status, 404, path)
  }
  t.equal((await new Visitor(app).get(`/join/${'a'.repeat(300)}`)).status, 404)
  t.equal((await new Visitor(app).get('/join')).status, 404)
  const user = await db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', team.invited.id)
    .executeTakeFirstOrThrow()
  t.equal(user.joinedAt, null)
})

t.test(
  'a password that is too short, too long, common or made of the person’s own names is refused',
  async (t) => {
    const { app, db, config, team } = await testClinic(t)
    const ivan = new Visitor(app)
    await ivan.get(await joinPath(db, config, team.invited))
    for (const password of [
      '',
      'fourteen chars',
      'x'.repeat(129),
      'passwordpassword',
      'ivan petrov ivan',
      'qwertyuiopasdfgh',
    ]) {
      const answer = await ivan.post('/join', { password })
      t.equal(answer.status, 422, password)
      t.match(answer.html, 'href="#password"', password)
      if (password) t.notMatch(answer.html, `value="${password}"`)
    }
    t.equal((await ivan.post('/join', { password: '15 characters x' })).status, 303)
  },
)

t.test('extra fields of the form change nothing about the person', async (t) => {
  const { app, db, config, team } = await testClinic(t)
  const ivan = new Visitor(app)
  await ivan.get(await joinPath(db, config, team.invited))
  for (const extra of ['email', 'role', 'clinicId', 'isOwner', 'id']) {
    t.equal((await ivan.post('/join', { password: PASSWORD, [extra]: 'administrator' })).status, 422, extra)
  }
  const user = await db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', team.invited.id)
    .executeTakeFirstOrThrow()
  t.match(user, { role: 'receptionist', email: team.invited.email, joinedAt: null })
})

t.test(
  'an administrator who opens the link in her own browser sees both names and may sign out',
  async (t) => {
    const { app, db, config, team } = await testClinic(t)
    const olivia = new Visitor(app)
    await olivia.signIn(team.owner)
    const page = await olivia.follow(await olivia.get(await joinPath(db, config, team.invited)))
    t.match(page.text, 'You’re signed in as Olivia Hart')
    t.match(page.text, 'This invitation to join Harbour Street Clinic is for Ivan Petrov')
    t.equal(
      (await olivia.post('/join', { password: PASSWORD })).status,
      200,
      'her session does not accept it',
    )
    t.match(await db.selectFrom('users').selectAll().where('id', '=', team.invited.id).executeTakeFirst(), {
      joinedAt: null,
    })

    const form = await olivia.follow(await olivia.post('/join/sign-out'))
    t.match(form.text, 'Olivia Hart has invited you, Ivan Petrov')
    t.match((await olivia.get('/settings/users')).location, /^\/sign-in/)
  },
)

t.test('the link stands in no log and no table', async (t) => {
  const { app, db, config, team, logged } = await testClinic(t)
  const path = await joinPath(db, config, team.invited)
  await new Visitor(app).post(path, {}, { origin: 'https://evil.example' })
  const token = path.slice('/join/'.length)
  t.notMatch(JSON.stringify(logged), token)
  for (const table of ['users', 'invitations', 'emails', 'events'] as const) {
    t.notMatch(JSON.stringify(await db.selectFrom(table).selectAll().execute()), token.split('.')[1])
  }
})
