import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import type { Session } from 'fastify'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { removeSecondSteps } from '../../src/sessions/second-steps.ts'
import { SessionStore } from '../../src/sessions/session-store-plugin.ts'
import { newToken } from '../../src/sessions/session-token.ts'
import { endSession, endSessionsOf } from '../../src/sessions/sessions.ts'
import { setPassword } from '../../src/sessions/set-password.ts'
import { testClinic } from '../support/app.ts'
import { signedIn } from '../support/press.ts'
import { sessionIdOf } from '../support/sessions.ts'
import t from '../support/tap.ts'
import { hidden, Visitor } from '../support/visitor.ts'

const clinic = await testClinic(t)
const { app, db, team, passwords } = clinic
const verify = passwords.verify.bind(passwords)
const hash = passwords.hash.bind(passwords)
t.afterEach(() => Object.assign(passwords, { verify, hash }))

/** Something happens elsewhere while the next password is being checked. */
function whileChecking(happens: () => Promise<unknown>): void {
  passwords.verify = async (...args) => {
    passwords.verify = verify
    const isRight = await verify(...args)
    await happens()
    return isRight
  }
}

function withCookieOf(visitor: Visitor): Visitor {
  const thief = new Visitor(app)
  for (const [name, value] of visitor.cookies) thief.cookies.set(name, value)
  return thief
}

const eventsAbout = async (action: string, subjectId: string) =>
  (
    await db
      .selectFrom('events')
      .select('id')
      .where('action', '=', action)
      .where('subjectId', '=', subjectId)
      .execute()
  ).length

const { clinicId } = team.administrator

const ends: Record<string, () => Promise<unknown>> = {
  'every session of theirs': () => endSessionsOf(db, team.administrator),
  'this one': async () => endSession(db, { clinicId, sessionId: await sessionIdOf(db, team.administrator) }),
}

for (const [which, end] of Object.entries(ends)) {
  t.test(
    `a session that is ended (${which}) while its password is being checked does nothing more`,
    async (t) => {
      const adam = await signedIn(clinic, team.administrator)
      const path = `/settings/users/${team.scheduler.id}/deactivation`
      const look = await adam.post(path)
      const thief = withCookieOf(adam)
      whileChecking(end)
      const done = await thief.post(path, {
        signedForm: hidden(look, 'signedForm'),
        currentPassword: DEMO_PASSWORD,
      })
      t.match(done.location, /^\/sign-in/)
      t.match((await thief.get('/sign-in')).text, /Your session has ended\. Sign in/)
      t.equal(await eventsAbout('user.deactivated', team.scheduler.id), 0)
      for (const browser of [thief, adam]) t.match((await browser.get('/my-details')).location, /^\/sign-in/)
    },
  )
}

t.test('a session that is ended while its new token is being saved is not saved back', async (t) => {
  const adam = await signedIn(clinic, team.administrator)
  const path = `/settings/users/${team.bookkeeper.id}/ownership`
  const look = await adam.post(path)
  const signedForm = hidden(look, 'signedForm')
  const sessionId = await sessionIdOf(db, team.administrator)
  const pressed = adam.post(path, { signedForm, currentPassword: DEMO_PASSWORD })
  await Promise.all([pressed, endSession(db, { clinicId, sessionId })])
  t.match((await adam.get('/my-details')).location, /^\/sign-in/)
})

t.test('who signs in with a password that is replaced meanwhile does not get in', async (t) => {
  const visitor = new Visitor(app)
  const { receptionist } = team
  whileChecking(async () => {
    const actor = { clinicId: receptionist.clinicId, userId: receptionist.id, ip: null, userAgent: null }
    const newHash = await hash('another password altogether')
    await db.transaction().execute((trx) => setPassword(trx, actor, receptionist, newHash, 'password.reset'))
  })
  const done = await visitor.post('/sign-in', { email: receptionist.email, password: DEMO_PASSWORD })
  t.equal(done.status, 422)
  t.match(done.text, /Incorrect email address or password/)
  t.match((await visitor.get('/my-details')).location, /^\/sign-in/)
})

t.test('own details are not saved by a device that is signed out meanwhile', async (t) => {
  const { scheduler } = team
  const device = await signedIn(clinic, scheduler)
  const form = await device.get('/my-details/edit')
  const answers = { firstName: 'Stolen', lastName: 'Device', timeZone: scheduler.timeZone }
  const trx = await db.startTransaction().execute()
  await trx.selectFrom('users').select('id').where('id', '=', scheduler.id).forUpdate().execute()
  const saving = device.post('/my-details', { ...answers, version: hidden(form, 'version') })
  await new Promise((resolve) => setTimeout(resolve, 200))
  await endSessionsOf(db, scheduler)
  await trx.rollback().execute()
  t.match((await saving).location, /^\/sign-in/)
  const { firstName } = await db
    .selectFrom('users')
    .select('firstName')
    .where('id', '=', scheduler.id)
    .executeTakeFirstOrThrow()
  t.equal(firstName, scheduler.firstName)
})

t.test('who signs in at the moment of their deactivation has no session, nor one that revives', async (t) => {
  const { practitioner } = team
  const save = promisify(new SessionStore(db).set.bind(new SessionStore(db)))
  const trx = await db.startTransaction().execute()
  await trx
    .updateTable('users')
    .set({ deactivatedAt: new Date() })
    .where('id', '=', practitioner.id)
    .execute()
  await endSessionsOf(trx, practitioner)
  const { id: userId } = practitioner
  const fresh = { stableId: randomUUID(), userId, signedInAt: new Date().toISOString() }
  const saved = save(newToken(clinicId), fresh as unknown as Session)
  await new Promise((resolve) => setTimeout(resolve, 200))
  await trx.commit().execute()
  await saved
  const left = await db.selectFrom('sessions').select('sessionId').where('userId', '=', userId).execute()
  t.same(left, [])
})

t.test('who signs in with a password at the moment it is replaced has no session', async (t) => {
  const { bookkeeper } = team
  const save = promisify(new SessionStore(db).set.bind(new SessionStore(db)))
  const { id: userId, passwordHash, factorGeneration } = bookkeeper
  const begin = () => {
    const fresh = {
      stableId: randomUUID(),
      userId,
      signedInAt: new Date().toISOString(),
      begunWith: { passwordHash, factorGeneration },
    }
    return save(newToken(clinicId), fresh as unknown as Session)
  }
  const sessions = () => db.selectFrom('sessions').selectAll().where('userId', '=', userId).execute()
  await begin()
  t.equal((await sessions()).length, 1)
  t.notMatch(JSON.stringify(await sessions()), passwordHash ?? '', 'the hash is not kept with the session')
  const trx = await db.startTransaction().execute()
  await setPassword(
    trx,
    { clinicId, userId, ip: null, userAgent: null },
    bookkeeper,
    'another hash',
    'password.reset',
  )
  const saved = begin()
  await new Promise((resolve) => setTimeout(resolve, 200))
  await trx.commit().execute()
  await saved
  t.same(
    (await sessions()).map(({ endedAt }) => endedAt),
    [Number.NEGATIVE_INFINITY],
  )
})

t.test('who signs in at the moment their second step is reset has no session', async (t) => {
  const { powerReceptionist } = team
  const { id: userId, passwordHash, factorGeneration } = powerReceptionist
  const save = promisify(new SessionStore(db).set.bind(new SessionStore(db)))
  const trx = await db.startTransaction().execute()
  await removeSecondSteps(trx, powerReceptionist)
  const begunWith = { passwordHash, factorGeneration }
  const fresh = { stableId: randomUUID(), userId, signedInAt: new Date().toISOString(), begunWith }
  const saved = save(newToken(clinicId), fresh as unknown as Session)
  await new Promise((resolve) => setTimeout(resolve, 200))
  await trx.commit().execute()
  await saved
  t.same(await db.selectFrom('sessions').select('sessionId').where('userId', '=', userId).execute(), [])
})
