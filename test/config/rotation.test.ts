import { buildApp } from '../../src/app.ts'
import { DEMO_PASSWORD, demoClinic } from '../../src/demo/team.ts'
import { linkPath } from '../../src/emails/links.ts'
import { emailIdIn, metadataOf } from '../../src/emails/metadata.ts'
import { createPasswords } from '../../src/sessions/passwords.ts'
import { pepperWords, readPeppers, requireOurPeppers } from '../../src/sessions/pepper-report.ts'
import { setupCode } from '../../src/set-up/set-up.ts'
import { askToAdd, verify } from '../support/add-user.ts'
import { testConfig } from '../support/app.ts'
import { testDatabase } from '../support/database.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

const OLD = 'k7Qm2Zx9Lw4Tt8Rb1Nc6Vd3Hf5Jg0SpA'
const NEW = 'mJ4vQ8rZ1xW6tL9pC3kH7nB2sD5gF0yA'

const { db } = await testDatabase(t)

/** Frontdesk, started again with another SECRET on the same database. */
async function startWith(SECRET: string) {
  const config = testConfig({ SECRET })
  const passwords = createPasswords(config.keys.passwords, { cost: 4 })
  const app = await buildApp({ config, db, passwords, logger: false })
  t.teardown(() => app.close())
  return { app, config, passwords, peppers: config.keys.passwords }
}

const before = await startWith(OLD)
const team = await demoClinic(db, before.passwords)
const hashOf = async (id: string) => {
  const user = db.selectFrom('users').select('passwordHash').where('id', '=', id)
  return (await user.executeTakeFirstOrThrow()).passwordHash ?? ''
}
t.test('SECRET is changed while people are at work, and nobody notices', async (t) => {
  const adam = new Visitor(before.app)
  await adam.signIn(team.administrator)
  const page = await askToAdd(adam)
  await new Visitor(before.app).post('/forgot-password', { email: team.receptionist.email })
  const invitation = await db.selectFrom('invitations').selectAll().orderBy('id').executeTakeFirstOrThrow()
  const reset = await db.selectFrom('passwordResets').selectAll().executeTakeFirstOrThrow()
  const links = [
    linkPath(before.config, 'invitation', invitation),
    linkPath(before.config, 'password reset', reset),
  ]
  const metadata = metadataOf(before.config, '7')
  const code = setupCode(before.config)

  const during = await startWith(`${NEW},${OLD}`)
  await requireOurPeppers(db, during.peppers, false)
  t.equal((await readPeppers(db, during.peppers)).current, 0)
  const told = pepperWords(await readPeppers(db, during.peppers))
  t.match(told, /^Passwords: \d+ still need the old secret; .* Keep SECRET=new,old\.$/)

  const adamStill = new Visitor(during.app)
  for (const [name, value] of adam.cookies) adamStill.cookies.set(name, value)
  t.equal((await adamStill.get('/settings/users')).status, 200, 'the session stays')
  t.equal((await adamStill.get('/settings/users')).status, 200, 'and stays')
  const added = await verify(adamStill, page)
  t.equal(added.status, 303, 'a form that was signed before goes through, and the password is right')

  t.equal(emailIdIn(during.config, metadata), '7', 'what Postmark reports of an email sent before is ours')
  t.not(setupCode(during.config), code)

  const rosa = new Visitor(during.app)
  const old = await hashOf(team.receptionist.id)
  t.equal((await rosa.signIn(team.receptionist)).location, '/')
  t.equal((await rosa.get('/my-details')).status, 200)
  const rehashed = await hashOf(team.receptionist.id)
  t.not(rehashed, old, 'a right password is hashed with the new pepper')
  t.ok(await createPasswords([during.peppers[0]], { cost: 4 }).verify(DEMO_PASSWORD, rehashed))
  await new Visitor(during.app).signIn(team.receptionist)
  t.equal(await hashOf(team.receptionist.id), rehashed, 'once')
  t.match((await new Visitor(during.app).signIn(team.bookkeeper, 'not it at all')).status, 422)

  for (const link of links) {
    const guest = new Visitor(during.app)
    const page = await guest.follow(await guest.get(link))
    t.match(
      page.html,
      'autocomplete="new-password"',
      `${link} opens, also after the password was hashed again`,
    )
  }

  await t.test('then the old secret is taken out', async (t) => {
    const after = await startWith(NEW)
    const adamAfter = new Visitor(after.app)
    for (const [name, value] of adamStill.cookies) adamAfter.cookies.set(name, value)
    t.equal((await adamAfter.get('/settings/users')).status, 200, 'the session of who came by stays')
    await requireOurPeppers(db, after.peppers, false)
    t.equal((await new Visitor(after.app).signIn(team.receptionist)).location, '/', 'who came by is in')
    t.equal((await new Visitor(after.app).signIn(team.bookkeeper)).status, 422, 'who did not needs a link')
    t.match(pepperWords(await readPeppers(db, after.peppers)), /\d were made with a secret that is missing/)
  })
})

t.test('of two sign-ins with an old pepper at the same moment both are in', async (t) => {
  const during = await startWith(`${NEW},${OLD}`)
  const visitors = Array.from({ length: 4 }, () => new Visitor(during.app))
  const visits = await Promise.all(visitors.map((visitor) => visitor.signIn(team.practitioner)))
  t.same(
    visits.map(({ location }) => location),
    ['/', '/', '/', '/'],
  )
  for (const visitor of visitors) t.equal((await visitor.get('/my-details')).status, 200)
})

t.test('a password that is replaced during a sign-in with the old one stays replaced', async (t) => {
  const during = await startWith(`${NEW},${OLD}`)
  const fresh = await during.passwords.hash('parrot number seven sings')
  const { passwords } = during
  const hash = passwords.hash.bind(passwords)
  passwords.hash = async (password) => {
    const made = await hash(password)
    await db.updateTable('users').set({ passwordHash: fresh }).where('id', '=', team.owner.id).execute()
    return made
  }
  t.equal((await new Visitor(during.app).signIn(team.owner)).status, 422)
  t.equal(await hashOf(team.owner.id), fresh)
})

t.test(
  'a stranger’s secret stops the start in one line, until it is known that the old one is lost',
  async (t) => {
    const { peppers } = await startWith('pX3wN8sB6tK1vJ9cR4zM7hD2qL5gF0yT')
    const error = await requireOurPeppers(db, peppers, false).catch((reason) => reason as Error)
    t.match(error, { message: /^The secret \(SECRET, or .*\) is not the one .* SECRET_LOST=yes/ })
    t.notMatch(error?.message, '\n')
    await requireOurPeppers(db, peppers, true)
    await requireOurPeppers(db, before.peppers, false)
  },
)

t.test('a secret with a comma in it stays one secret', async (t) => {
  t.equal(testConfig({ SECRET: 'a secret of the tests, long enough' }).keys.links.length, 1)
  t.equal(testConfig({ SECRET: `${NEW}, ${OLD}` }).keys.links.length, 2)
  const [first, second] = testConfig({ SECRET: `${NEW},${OLD}` }).keys.links
  t.same(
    [first, second],
    [testConfig({ SECRET: NEW }).keys.links[0], testConfig({ SECRET: OLD }).keys.links[0]],
  )
})

t.test(
  'a blank that a tool left at the end of SECRET stays part of it, also while it is being changed',
  async (t) => {
    const [key] = testConfig({ SECRET: `${OLD} ` }).keys.links
    t.notSame([key], testConfig({ SECRET: OLD }).keys.links)
    t.same(testConfig({ SECRET: `${NEW},${OLD} ` }).keys.links[1], key)
    t.same(testConfig({ SECRET: `${NEW}, ${OLD}` }).keys.links[1], testConfig({ SECRET: OLD }).keys.links[0])
  },
)
