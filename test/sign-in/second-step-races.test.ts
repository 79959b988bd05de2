import { randomBytes, randomUUID } from 'node:crypto'
import type { Transaction } from '../../src/database/database.ts'
import type { User } from '../../src/database/schema.ts'
import { makeRecoveryCodes } from '../../src/sessions/recovery-codes.ts'
import { addApp, removeSecondSteps } from '../../src/sessions/second-steps.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import {
  halfSignedIn,
  Phone,
  passkeyAsked,
  SECOND_STEP,
  withApp,
  withPasskey,
} from '../support/second-step.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

/** Another tab, or another press, of the same browser. */
function asWellAs({ app }: TestClinic, visitor: Visitor): Visitor {
  const other = new Visitor(app)
  for (const [name, value] of visitor.cookies) other.cookies.set(name, value)
  return other
}

/** What they do waits for their row, on which something happens before it is released. */
async function whileHeld<Result>(
  { db }: TestClinic,
  user: User,
  does: () => Promise<Result>,
  happens: (trx: Transaction) => Promise<unknown>,
): Promise<Result> {
  const trx = await db.startTransaction().execute()
  await trx.selectFrom('users').select('id').where('id', '=', user.id).forUpdate().execute()
  const done = does()
  await new Promise((resolve) => setTimeout(resolve, 300))
  await happens(trx)
  await trx.commit().execute()
  return done
}

function sessionsOf({ db }: TestClinic, { id }: User) {
  const open = db.selectFrom('sessions').select('sessionId').where('userId', '=', id)
  return open.where('endedAt', 'is', null).execute()
}

t.test('an app that is set up with two presses is one app, whose codes work once', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const { receptionist } = team
  const rosa = await signedIn(clinic, receptionist)
  await pressAndVerify(rosa, `${SECOND_STEP}/app/start`)
  const phone = new Phone(await rosa.get(`${SECOND_STEP}/app`))
  const typed = { code: phone.code(), label: '' }
  const presses = [rosa, asWellAs(clinic, rosa)]
  const visits = await Promise.all(presses.map((press) => press.post(`${SECOND_STEP}/app`, typed)))
  const recoveryCodes = `${SECOND_STEP}/recovery-codes`
  t.same(
    visits.map(({ location }) => location),
    [recoveryCodes, recoveryCodes],
  )
  t.match((await rosa.get(recoveryCodes)).html, /<li>\w{4} \w{4}/, 'the second press hides no codes')
  t.equal((await db.selectFrom('codeApps').selectAll().execute()).length, 1)
  const code = phone.code()
  t.equal((await (await halfSignedIn(clinic, receptionist)).post('/sign-in/code', { code })).status, 303)
  t.equal((await (await halfSignedIn(clinic, receptionist)).post('/sign-in/code', { code })).status, 422)
})

t.test('a sign-in with the lost phone that is under way at its reset ends with it', async (t) => {
  const clinic = await testClinic(t)
  const { receptionist } = clinic.team
  const { visitor: rosa, phone } = await withApp(clinic, receptionist)
  await rosa.post('/sign-out')
  const thief = await halfSignedIn(clinic, receptionist)
  const signIn = () => thief.post('/sign-in/code', { code: phone.code() })
  const visit = await whileHeld(clinic, receptionist, signIn, (trx) => removeSecondSteps(trx, receptionist))
  t.equal(visit.location, '/sign-in')
  t.match((await thief.get('/my-details')).location, /^\/sign-in/)
  t.same(await sessionsOf(clinic, receptionist), [])
})

t.test('so does one with a passkey on a lost device', async (t) => {
  const clinic = await testClinic(t)
  const { practitioner } = clinic.team
  const { visitor: priya, device } = await withPasskey(clinic, practitioner)
  await priya.post('/sign-out')
  const thief = new Visitor(clinic.app)
  const passkey = device.use(await passkeyAsked(thief))
  const signIn = () => thief.post('/sign-in/passkey', { passkey })
  const visit = await whileHeld(clinic, practitioner, signIn, (trx) => removeSecondSteps(trx, practitioner))
  t.equal(visit.status, 422)
  t.match((await thief.get('/my-details')).location, /^\/sign-in/)
  t.same(await sessionsOf(clinic, practitioner), [])
})

t.test('whoever signs in by password alone as a first app is set up doesn’t get in', async (t) => {
  const clinic = await testClinic(t)
  const { app, config, team } = clinic
  const { scheduler } = team
  const thief = new Visitor(app)
  const actor = { clinicId: scheduler.clinicId, userId: scheduler.id, ip: null, userAgent: null }
  const first = { id: randomUUID(), label: 'Phone', secret: randomBytes(20), usedStep: 0 }
  const visit = await whileHeld(
    clinic,
    scheduler,
    () => thief.signIn(scheduler),
    (trx) => addApp(trx, config.keys['two-step'], scheduler, first, { actor }),
  )
  t.equal(visit.status, 422)
  t.same(await sessionsOf(clinic, scheduler), [])
})

t.test(
  'a recovery code that is used as new ones are made is a used one, and nobody waits in a circle',
  async (t) => {
    const clinic = await testClinic(t)
    const { config, db, team } = clinic
    const { receptionist } = team
    const { codes } = await withApp(clinic, receptionist)
    const half = await halfSignedIn(clinic, receptionist)
    const visit = await whileHeld(
      clinic,
      receptionist,
      () => half.post('/sign-in/recovery', { recoveryCode: codes[0] ?? '' }),
      (trx) => makeRecoveryCodes(trx, config.keys['two-step'], receptionist),
    )
    t.equal(visit.status, 422)
    t.equal(
      (await db.selectFrom('recoveryCodes').selectAll().where('usedAt', 'is', null).execute()).length,
      10,
    )
  },
)
