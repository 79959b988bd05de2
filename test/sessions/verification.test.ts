import { sql } from 'kysely'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { askToAdd, verify } from '../support/add-user.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { hidden, Visitor } from '../support/visitor.ts'

const WRONG = 'wrong horse battery'

async function strangersTry(app: TestClinic['app'], user: { email: string }, times: number): Promise<void> {
  for (let nth = 0; nth < times; nth++) await new Visitor(app).signIn(user, WRONG)
}

async function tell({ db }: TestClinic, action: string): Promise<number> {
  return (await db.selectFrom('events').select('id').where('action', '=', action).execute()).length
}

t.test('strangers who try to sign in as the owner do not keep her from deactivating somebody', async (t) => {
  const clinic = await testClinic(t)
  const { app, team } = clinic
  const olivia = await signedIn(clinic, team.owner)
  await strangersTry(app, team.owner, 8)
  const done = await pressAndVerify(olivia, `/settings/users/${team.bookkeeper.id}/deactivation`)
  t.match(done, { status: 303, location: `/settings/users/${team.bookkeeper.id}` })
})

t.test('strangers behind the clinic’s own address do not either, and she changes her password', async (t) => {
  const clinic = await testClinic(t)
  const { app, team } = clinic
  const olivia = await signedIn(clinic, team.owner)
  for (let nth = 0; nth < 40; nth++) await new Visitor(app).signIn({ email: `${nth}@x.example` }, WRONG)
  t.equal((await pressAndVerify(olivia, `/settings/users/${team.bookkeeper.id}/deactivation`)).status, 303)
  const form = { currentPassword: DEMO_PASSWORD, password: 'seven green parrots' }
  t.match(await olivia.post('/my-details/password', form), { status: 303, location: '/my-details' })
})

t.test('an owner who verifies gives strangers no fresh tries at her password', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  const olivia = await signedIn(clinic, team.owner)
  await strangersTry(app, team.owner, 8)
  const tries = () => db.selectFrom('throttles').select(['key', 'failures']).where('key', '~', '^a').execute()
  const before = await tries()
  await pressAndVerify(olivia, `/settings/users/${team.bookkeeper.id}/deactivation`)
  t.same(await tries(), before)
})

t.test('a thief who tries twenty passwords at once in one session has five of them looked at', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const thief = await signedIn(clinic, team.owner)
  const lastLook = await askToAdd(thief)
  await Promise.all(Array.from({ length: 20 }, (_, nth) => verify(thief, lastLook, `wrong number ${nth}`)))
  t.equal(await tell(clinic, 'password.refused'), 5)
  t.match((await thief.get('/settings/users')).location, /^\/sign-in/, 'and the session is over')
  t.equal((await db.selectFrom('users').select('id').where('lastName', '=', 'Lindgren').execute()).length, 0)
})

t.test('tries that were never answered leave nobody stuck: the session ends', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const olivia = await signedIn(clinic, team.owner)
  const lastLook = await askToAdd(olivia)
  await verify(olivia, lastLook, WRONG)
  await sql`update throttles set failures = 5, blocked_until = now() + interval '1 minute'
    where key like 'verify-session:%'`.execute(db)
  t.equal((await verify(olivia, lastLook)).status, 429, 'five are being looked at')
  await sql`update throttles set blocked_until = now() where key like 'verify-session:%'`.execute(db)
  t.equal((await verify(olivia, lastLook)).location, '/sign-in')
})

t.test('a thief of several sessions has to wait longer and longer, and then for good', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  const form = { password: 'seven green parrots' }
  const hashed: number[] = []
  for (let session = 0; session < 12; session++) {
    const thief = await signedIn(clinic, team.owner)
    for (let nth = 0; nth < 6; nth++)
      await thief.post('/my-details/password', { ...form, currentPassword: `wrong number ${nth}` })
    hashed.push(await tell(clinic, 'password.refused'))
    // As somebody who waits each time.
    await sql`update throttles set blocked_until = now() where key like 'verify:%'`.execute(db)
  }
  t.ok((hashed[1] ?? 0) < 10, `${hashed[1]} in two sessions`)
  t.ok((hashed.at(-1) ?? 0) <= 50)
  await sql`update throttles set failures = 50, blocked_until = now() where key like 'verify:%'`.execute(db)
  const olivia = await signedIn(clinic, team.owner)
  const held = await verify(olivia, await askToAdd(olivia))
  t.match(held, { status: 429, text: /Too many incorrect passwords\. Sign out and choose/ })
  await new Visitor(app).post('/forgot-password', { email: team.owner.email })
  t.equal((await new Visitor(app).signIn(team.owner)).status, 303, 'signing in is counted apart')
})

t.test('somebody else who has the same password field open is not held up', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const thief = await signedIn(clinic, team.owner)
  const lastLook = await askToAdd(thief)
  for (let nth = 0; nth < 6; nth++) await verify(thief, lastLook, WRONG)
  const adam = await signedIn(clinic, team.administrator)
  t.equal((await verify(adam, await askToAdd(adam))).status, 303)
})

t.test(
  'ten presses at once with the right password end on one person, and in no ended session',
  async (t) => {
    const clinic = await testClinic(t)
    const { db, team } = clinic
    const adam = await signedIn(clinic, team.administrator)
    const lastLook = await askToAdd(adam)
    const fields = { signedForm: hidden(lastLook, 'signedForm'), currentPassword: DEMO_PASSWORD }
    const presses = await Promise.all(Array.from({ length: 10 }, () => adam.post('/settings/users', fields)))
    t.ok(presses.some(({ status }) => status === 303))
    t.same(
      [...new Set(presses.map(({ status }) => status))].filter((status) => ![303, 429].includes(status)),
      [],
    )
    t.equal(
      (await db.selectFrom('users').select('id').where('lastName', '=', 'Lindgren').execute()).length,
      1,
    )
    t.equal((await adam.get('/settings/users')).status, 200)
  },
)
