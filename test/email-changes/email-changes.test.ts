import { confirmEmailChange } from '../../src/email-changes/confirm-email.ts'
import { readEmailChange } from '../../src/email-changes/email-change-link.ts'
import {
  pendingEmailChange,
  requestEmailChange,
  withdrawEmailChange,
} from '../../src/email-changes/email-changes.ts'
import { linkToken } from '../../src/emails/links.ts'
import { SessionEnded } from '../../src/sessions/sessions.ts'
import { setPassword } from '../../src/sessions/set-password.ts'
import { deactivateUser } from '../../src/settings/users/deactivate-user.ts'
import { testClinic } from '../support/app.ts'
import { signedIn } from '../support/press.ts'
import { sessionIdOf } from '../support/sessions.ts'
import t from '../support/tap.ts'

const clinic = await testClinic(t)
const { db, config, team } = clinic
const actor = (user: { clinicId: string; id: string }) => ({
  ...{ clinicId: user.clinicId, userId: user.id, ip: null, userAgent: null },
})
const { receptionist: rosa, scheduler, administrator: adam, owner } = team

async function asked(user: typeof rosa, email: string, by = user) {
  await db
    .updateTable('emailChanges')
    .set({ createdAt: new Date(0) as never })
    .execute()
  await requestEmailChange(db, actor(by), user.id, email, crypto.randomUUID())
  const rows = db.selectFrom('emailChanges').selectAll().where('userId', '=', user.id)
  const row = await rows.orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow()
  const token = linkToken(config.keys.links, 'email change', row)
  const read = () => readEmailChange(db, { clinicId: rosa.clinicId, keys: config.keys.links }, token)
  const link = await read()
  if (link.state !== 'open') throw new Error(link.state)
  await signedIn(clinic, user)
  const sessionId = await sessionIdOf(db, user)
  const confirm = () => confirmEmailChange(db, link.change, actor(user), sessionId)
  return { confirm, read }
}

const emailOf = async ({ id }: { id: string }) =>
  (await db.selectFrom('users').select('email').where('id', '=', id).executeTakeFirstOrThrow()).email

t.test('two presses at once confirm once, and the person is signed out', async (t) => {
  const visitor = await signedIn(clinic, rosa)
  const { confirm, read } = await asked(rosa, 'rosa.new@x.example')
  t.equal((await pendingEmailChange(db, rosa))?.newEmail, 'rosa.new@x.example')
  t.equal(await emailOf(rosa), rosa.email)
  const done = await Promise.all([1, 2].map(() => confirm()))
  t.same(done.sort(), ['closed', 'confirmed'])
  t.equal(await emailOf(rosa), 'rosa.new@x.example')
  t.equal((await read()).state, 'used')
  t.match((await visitor.get('/my-details')).location, /^\/sign-in/)
})

t.test('confirming and withdrawing at once: one of them wins, and the address says which', async (t) => {
  for (let round = 0; round < 4; round++) {
    const before = await emailOf(rosa)
    const { confirm, read } = await asked(rosa, `round${round}@x.example`)
    const [done] = await Promise.all([confirm(), withdrawEmailChange(db, actor(rosa), rosa.id)])
    t.equal(await emailOf(rosa), done === 'confirmed' ? `round${round}@x.example` : before)
    t.equal((await read()).state, done === 'confirmed' ? 'used' : 'withdrawn')
  }
})

t.test('of two people waiting for one address the first to confirm gets it', async (t) => {
  const first = await asked(rosa, 'one@x.example')
  const second = await asked(scheduler, 'One@x.example')
  const done = await Promise.all([first, second].map(({ confirm }) => confirm()))
  t.same(done.sort(), ['confirmed', 'taken'])
})

t.test('a newer request, and deactivating, close a link', async (t) => {
  const first = await asked(rosa, 'first@x.example')
  const second = await asked(rosa, 'second@x.example')
  t.equal((await first.read()).state, 'superseded')
  t.equal(await first.confirm(), 'closed')
  await deactivateUser(db, actor(adam), rosa.id, crypto.randomUUID())
  t.equal((await second.read()).state, 'withdrawn')
  await t.rejects(second.confirm(), new SessionEnded())
})

t.test('taken addresses, haste and changing an owner are refused', async (t) => {
  const ask = (who: typeof rosa, whom: typeof rosa, email: string) =>
    requestEmailChange(db, actor(who), whom.id, email, crypto.randomUUID())
  await t.rejects(ask(adam, adam, owner.email.toUpperCase()), { message: /already/ })
  await t.rejects(ask(adam, owner, 'free@x.example'), { message: /[Oo]nly another owner/ })
  await t.rejects(ask(scheduler, adam, 'free@x.example'), { message: /no longer have permission/ })
  await ask(adam, adam, 'adam.new@x.example')
  await t.rejects(ask(adam, adam, 'adam.newer@x.example'), { message: /once a minute/ })
})

t.test('whoever resets the password closes what a thief had asked for with the old one', async (t) => {
  const paula = team.powerReceptionist
  const { confirm, read } = await asked(paula, 'thief@evil.example')
  await db
    .transaction()
    .execute((trx) => setPassword(trx, actor(paula), paula, 'another hash', 'password.reset'))
  t.equal((await read()).state, 'withdrawn')
  await t.rejects(confirm(), new SessionEnded())
  t.equal(await emailOf(paula), paula.email)
})

t.test('what an administrator asked for cannot be confirmed once they may not ask for it', async (t) => {
  const { bookkeeper: beth, practitioner: priya } = team
  const demoted = await asked(beth, 'beth.new@x.example', owner)
  await db
    .updateTable('users')
    .set({ role: 'receptionist', isOwner: false })
    .where('id', '=', owner.id)
    .execute()
  t.equal(await demoted.confirm(), 'closed')
  await db
    .updateTable('users')
    .set({ role: 'administrator', isOwner: true })
    .where('id', '=', owner.id)
    .execute()
  t.equal(await demoted.confirm(), 'confirmed', 'nothing was used up')

  const byAdam = await asked(priya, 'priya.new@x.example', adam)
  await deactivateUser(db, actor(owner), adam.id, crypto.randomUUID())
  t.equal((await byAdam.read()).state, 'withdrawn')
  t.equal(await emailOf(priya), priya.email)
})
