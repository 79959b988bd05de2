import type { User } from '../../../src/database/schema.ts'
import { Refusal } from '../../../src/refusal.ts'
import { deactivateUser } from '../../../src/settings/users/deactivate-user.ts'
import { editUser } from '../../../src/settings/users/edit-user.ts'
import { makeOwner } from '../../../src/settings/users/ownership.ts'
import { readDetails, versionOf } from '../../../src/users/details.ts'
import { setAccess } from '../../support/access-dates.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import t from '../../support/tap.ts'

const ROUNDS = 20

const acting = ({ clinicId, id }: User) => ({ clinicId, userId: id, ip: null, userAgent: null })

async function setUntil({ db }: TestClinic, by: User, user: User, accessUntil: string | null) {
  const before = await readDetails(db, await current(db, user))
  const verifiedIn = crypto.randomUUID()
  const details = { ...before, accessUntil }
  return editUser(db, acting(by), user.id, { details, version: versionOf(before), verifiedIn })
}

function current(db: TestClinic['db'], { id }: User) {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

async function refusalOf(work: Promise<unknown>) {
  const error = await work.then(
    () => null,
    (reason) => reason,
  )
  return error instanceof Refusal ? error.problem : error
}

/** Two administrators, and no owner. */
async function withoutOwner(clinic: TestClinic): Promise<[User, User]> {
  const { db, team } = clinic
  await db.updateTable('users').set({ isOwner: false }).where('id', '=', team.owner.id).execute()
  return [{ ...team.owner, isOwner: false }, team.administrator]
}

t.test('an owner’s access has no dates, and nobody with dates becomes an owner', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await makeOwner(db, acting(team.owner), team.administrator.id, crypto.randomUUID())
  t.match(await refusalOf(setUntil(clinic, team.owner, team.administrator, '2099-01-01')), {
    field: 'accessUntil',
    code: 'ownerHasNoDates',
  })
  await db.updateTable('users').set({ isOwner: false }).where('id', '=', team.administrator.id).execute()
  for (const days of [{ until: 9 }, { from: -9 }]) {
    await setAccess(db, team.administrator, days)
    t.match(await refusalOf(makeOwner(db, acting(team.owner), team.administrator.id, crypto.randomUUID())), {
      code: 'datesBeforeOwner',
    })
  }
})

t.test('the only administrator who stays can’t be given dates, deactivated or demoted', async (t) => {
  const clinic = await testClinic(t)
  const [olivia, adam] = await withoutOwner(clinic)
  const { db } = clinic
  await setUntil(clinic, olivia, adam, '2099-01-01')
  t.match(await refusalOf(setUntil(clinic, adam, olivia, '2099-01-01')), {
    field: 'accessUntil',
    code: 'lastLastingAdministrator',
  })
  t.match(await refusalOf(deactivateUser(db, acting(adam), olivia.id, crypto.randomUUID())), {
    code: 'lastLastingAdministrator',
  })
  const before = await readDetails(db, await current(db, olivia))
  const details = { ...before, role: 'receptionist' as const }
  const edit = { details, version: versionOf(before), verifiedIn: crypto.randomUUID() }
  t.match(await refusalOf(editUser(db, acting(adam), olivia.id, edit)), { code: 'lastLastingAdministrator' })
  await deactivateUser(db, acting(olivia), adam.id, crypto.randomUUID())
})

t.test('dates are changed only with the password', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const before = await readDetails(db, team.receptionist)
  const edit = {
    details: { ...before, accessUntil: '2099-01-01' },
    version: versionOf(before),
    verifiedIn: null,
  }
  t.match(await refusalOf(editUser(db, acting(team.owner), team.receptionist.id, edit)), {
    code: 'datesNeedPassword',
  })
})

t.test('of two administrators who give each other a last day at once, one is refused', async (t) => {
  const clinic = await testClinic(t)
  const [olivia, adam] = await withoutOwner(clinic)
  for (let round = 0; round < ROUNDS; round++) {
    for (const user of [olivia, adam]) await setAccess(clinic.db, user, {})
    const refusals = await Promise.all([
      refusalOf(setUntil(clinic, olivia, adam, '2099-01-01')),
      refusalOf(setUntil(clinic, adam, olivia, '2099-01-01')),
    ])
    t.equal(refusals.filter(Boolean).length, 1, `round ${round}`)
    t.match(refusals.find(Boolean), { code: 'lastLastingAdministrator' })
  }
})

t.test('somebody who is made an owner while dates are set gets one of the two', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const outcomes = new Set<string>()
  for (let round = 0; round < ROUNDS; round++) {
    await setAccess(db, team.administrator, {})
    await db.updateTable('users').set({ isOwner: false }).where('id', '=', team.administrator.id).execute()
    const work = [
      () => refusalOf(makeOwner(db, acting(team.owner), team.administrator.id, crypto.randomUUID())),
      () => refusalOf(setUntil(clinic, team.owner, team.administrator, '2099-01-01')),
    ]
    const refusals = await Promise.all((round % 2 ? work : work.toReversed()).map((each) => each()))
    t.equal(refusals.filter(Boolean).length, 1, `round ${round}`)
    outcomes.add(refusals.find(Boolean)?.code)
  }
  for (const outcome of outcomes) t.ok(['ownerHasNoDates', 'datesBeforeOwner'].includes(outcome), outcome)
})
