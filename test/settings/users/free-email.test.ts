import type { User } from '../../../src/database/schema.ts'
import { addUser } from '../../../src/settings/users/add-user.ts'
import { deactivateUser } from '../../../src/settings/users/deactivate-user.ts'
import { freeEmail } from '../../../src/settings/users/free-email.ts'
import { askToAdd, verify } from '../../support/add-user.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import { askToStart, draftOf, HEAD } from '../../support/imports.ts'
import { joinPath } from '../../support/invitations.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'
import { Visitor } from '../../support/visitor.ts'

const actor = (user: User) => ({ clinicId: user.clinicId, userId: user.id, ip: null, userAgent: null })
const free = (visitor: Visitor, user: User) =>
  pressAndVerify(visitor, `/settings/users/${user.id}/address/release`)

const holdersOf = ({ db }: TestClinic, email: string) =>
  db
    .selectFrom('users')
    .select(['firstName', 'emailFreedAt'])
    .where('email', '=', email)
    .orderBy('id')
    .execute()

const person = (email: string) => ({
  ...{ title: null, firstName: 'Nora', lastName: 'Lindgren', email, phoneNumbers: [] },
  ...{
    role: 'receptionist' as const,
    isPractitioner: false,
    profession: null,
    pronouns: null,
    accessFrom: null,
    accessUntil: null,
    timeZone: 'UTC',
  },
})

t.test(
  'the address of somebody who left is freed, and the successor acts under their own name',
  async (t) => {
    const clinic = await testClinic(t)
    const { app, db, config, team } = clinic
    const { email } = team.deactivated
    const adam = await signedIn(clinic, team.administrator)
    t.match((await adam.get(`/settings/users/${team.deactivated.id}`)).text, 'Free this email address')
    const look = await adam.post(`/settings/users/${team.deactivated.id}/address/release`)
    t.match(look.text, `Someone else will be able to sign in with ${email}.`)
    t.match((await askToAdd(adam, { personEmail: email })).status, 422, 'nothing has happened yet')
    const done = await adam.follow(await free(adam, team.deactivated))
    t.match(done.text, `${email} is now free.`)
    t.match(done.text, 'Freed for someone else on')
    t.notMatch(done.text, 'Free this email address')

    t.equal((await verify(adam, await askToAdd(adam, { personEmail: email.toUpperCase() }))).status, 303)
    const nora = await db
      .selectFrom('users')
      .selectAll()
      .where('firstName', '=', 'Nora')
      .executeTakeFirstOrThrow()
    const visitor = new Visitor(app)
    await visitor.get(await joinPath(db, config, nora))
    await visitor.post('/join', { password: 'seven green parrots' })
    const again = new Visitor(app)
    t.equal((await again.signIn({ email }, 'seven green parrots')).status, 303)
    t.match((await again.get('/my-details')).text, 'Lindgren')

    t.match((await adam.get('/settings/activity')).text, 'freed the email address of Dora Quinn')
    const found = await adam.get(`/settings/users?status=deactivated&search=${encodeURIComponent(email)}`)
    t.match(found.text, 'Dora Quinn', 'the leaver is still found by it')
    t.match((await adam.get(`/settings/users/${team.deactivated.id}`)).text, email, 'and history keeps it')
  },
)

t.test('from the message at Add user it is one step, and nothing typed is lost', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const { email, id } = team.deactivated
  const adam = await signedIn(clinic, team.administrator)
  const refused = await askToAdd(adam, { personEmail: email })
  t.match(refused, { status: 422, text: 'You can reactivate them, or free the address for someone else.' })
  t.match(refused.text, 'Free this address of Dora Quinn for the new user')
  t.match(refused.html, new RegExp(`name="emailOf" value="${id}"`))
  for (const kept of ['value="Nora"', 'value="Lindgren"', 'value="0491 570 156"']) t.match(refused.html, kept)

  const other = await askToAdd(adam, { personEmail: email, emailOf: id, firstName: '' })
  t.match(other.html, /name="emailOf"[^>]* checked/, 'the choice is kept when something else is wrong')
  t.notMatch(other.text, 'has this email address')
  const look = await askToAdd(adam, { personEmail: email, emailOf: id })
  t.match(look.text, 'The address will no longer belong to Dora Quinn, who is deactivated')
  t.same((await holdersOf(clinic, email))[0]?.emailFreedAt, null)
  t.equal((await verify(adam, look)).status, 303)
  t.equal((await verify(adam, look)).status, 303, 'and once more it is the same person')
  const holders = await holdersOf(clinic, email)
  t.same(
    holders.map(({ firstName, emailFreedAt }) => [firstName, emailFreedAt !== null]),
    [
      ['Dora', true],
      ['Nora', false],
    ],
  )
  const events = db.selectFrom('events').select('id').where('action', '=', 'user.email-freed')
  t.equal((await events.execute()).length, 1)
})

t.test('only the address that was shown is freed, and only of somebody who left', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const changed = await askToAdd(adam, { personEmail: 'nora@other.example', emailOf: team.deactivated.id })
  t.notMatch(changed.text, 'no longer belongs')
  t.equal((await verify(adam, changed)).status, 303)
  t.same((await holdersOf(clinic, team.deactivated.email))[0]?.emailFreedAt, null)
  for (const user of [team.receptionist, team.invited]) {
    const answer = await askToAdd(adam, { personEmail: user.email, emailOf: user.id })
    t.match(answer, { status: 422, text: 'already has this email address' })
    t.notMatch(answer.html, 'name="emailOf"')
    t.match(await free(adam, user), { status: 422, text: `${user.firstName} is not deactivated` })
  }
  t.equal((await askToAdd(adam, { emailOf: 'x' })).status, 422)
})

t.test('two administrators who free and give one address at once end with one holder', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const { email, id } = team.deactivated
  const adds = await Promise.allSettled(
    [team.administrator, team.owner].map((who) =>
      addUser(db, actor(who), person(email), crypto.randomUUID(), id),
    ),
  )
  t.same(adds.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  const lost = adds.find((outcome) => outcome.status === 'rejected')
  t.match(lost?.reason.message, 'Nora Lindgren already has this email address.')
  const frees = await Promise.allSettled(
    [team.administrator, team.owner].map((who) => freeEmail(db, actor(who), id, crypto.randomUUID())),
  )
  for (const outcome of frees)
    t.match(outcome.status === 'rejected' && outcome.reason.message, `${email} is already free.`)
  t.equal((await holdersOf(clinic, email)).length, 2)
})

t.test('whoever comes back after that needs another address', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, config, team } = clinic
  const path = `/settings/users/${team.deactivated.id}/reactivation`
  const adam = await signedIn(clinic, team.administrator)
  t.equal((await adam.get(path)).location, `/settings/users/${team.deactivated.id}`, 'no page without need')
  await free(adam, team.deactivated)
  await addUser(db, actor(team.owner), person(team.deactivated.email), crypto.randomUUID())
  t.match((await adam.get(`/settings/users/${team.deactivated.id}`)).html, `href="${path}"`)
  t.match((await adam.get(path)).text, 'was freed for someone else')
  const refused = (personEmail?: string) =>
    pressAndVerify(adam, path, personEmail === undefined ? {} : { personEmail })
  t.match(await refused(), {
    status: 422,
    text: 'Enter an email address. The old one now belongs to someone else.',
  })
  t.match(await refused(''), {
    status: 422,
    text: 'Enter an email address. The old one now belongs to someone else.',
  })
  t.match(await refused('x'), { status: 422, text: 'in the correct format' })
  const taken = await refused(team.deactivated.email)
  t.match(taken, { status: 422, text: 'Nora Lindgren already has this email address.' })
  t.match(taken.html, `value="${team.deactivated.email}"`)
  t.match((await adam.post(path, { personEmail: 'dora@gmial.com' })).text, 'Did you mean dora@gmail.com?')

  const back = await adam.follow(await refused('dora@new.example'))
  t.match(back.text, 'Dora has been reactivated. We’re emailing dora@new.example a link')
  t.notMatch(back.text, 'Freed for somebody else')
  const dora = new Visitor(app)
  await dora.get(await joinPath(db, config, team.deactivated))
  await dora.post('/join', { password: 'seven green parrots' })
  t.equal((await new Visitor(app).signIn({ email: 'dora@new.example' }, 'seven green parrots')).status, 303)
})

t.test('a freed address that nobody took can be given back', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await free(adam, team.deactivated)
  const path = `/settings/users/${team.deactivated.id}/reactivation`
  t.equal((await pressAndVerify(adam, path, { personEmail: team.deactivated.email })).status, 303)
  t.same((await holdersOf(clinic, team.deactivated.email))[0]?.emailFreedAt, null)
  t.equal((await askToAdd(adam, { personEmail: team.deactivated.email })).status, 422, 'and is theirs again')
})

t.test('a list and a change of address say what can be done, and take the freed address', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const { email } = team.deactivated
  const adam = await signedIn(clinic, team.administrator)
  const path = await draftOf(adam, `${HEAD}\nAda\tLove\t${email}\tScheduler\tNo`)
  const page = `/settings/users/${team.receptionist.id}/address`
  const WORDS =
    'Dora Quinn, who is deactivated, has this email address. You can reactivate them, or free the address'
  t.match((await adam.get(path)).text, WORDS)
  t.match((await pressAndVerify(adam, page, { personEmail: email })).text, WORDS)
  await free(adam, team.deactivated)
  t.match((await adam.get(path)).text, '1 person ready', 'the list was kept')
  t.equal((await askToStart(adam, path)).status, 200)
  t.equal((await pressAndVerify(adam, page, { personEmail: email })).status, 303)
})

t.test('wrong passwords for whoever left are not counted against the successor', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  await new Visitor(app).signIn(team.deactivated, 'wrong')
  const counted = () => db.selectFrom('throttles').select('key').where('key', 'like', 'account:%').execute()
  t.equal((await counted()).length, 1)
  await freeEmail(db, actor(team.administrator), team.deactivated.id, crypto.randomUUID())
  t.same(await counted(), [])
})

t.test('an owner who left, other roles, guests and other sites: nothing is freed', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  await db.updateTable('users').set({ isOwner: true }).where('id', '=', team.administrator.id).execute()
  await deactivateUser(db, actor(team.administrator), team.owner.id, crypto.randomUUID())
  await db.updateTable('users').set({ isOwner: false }).where('id', '=', team.administrator.id).execute()
  const adam = await signedIn(clinic, team.administrator)
  t.match(await free(adam, team.owner), { status: 422, text: 'Olivia is an owner' })
  const add = await askToAdd(adam, { personEmail: team.owner.email, emailOf: team.owner.id })
  t.match(add, { status: 422, text: 'Olivia Hart, who is deactivated, has this email address' })
  t.notMatch(add.html, 'name="emailOf"')
  const path = `/settings/users/${team.deactivated.id}/address/release`
  t.equal((await (await signedIn(clinic, team.receptionist)).post(path)).status, 403)
  t.equal((await new Visitor(app).post(path)).status, 401)
  t.equal((await adam.post(path, {}, { origin: 'https://evil.example' })).status, 403)
  t.equal((await adam.post('/settings/users/999999/address/release')).status, 404)
  t.same((await holdersOf(clinic, team.owner.email))[0]?.emailFreedAt, null)
})
