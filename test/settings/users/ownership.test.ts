import { Refusal } from '../../../src/refusal.ts'
import { giveUpOwnership } from '../../../src/settings/users/ownership.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'

const ownersOf = async ({ db }: TestClinic) =>
  (await db.selectFrom('users').select('firstName').where('isOwner', '=', true).orderBy('id').execute()).map(
    (user) => user.firstName,
  )

t.test('an owner makes another administrator an owner, and may then give it up', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const olivia = await signedIn(clinic, team.owner)
  const last = await pressAndVerify(olivia, `/settings/users/${team.owner.id}/ownership`)
  t.match(last.text, 'Olivia is the only owner. Make someone else an owner first.')

  t.match((await olivia.get(`/settings/users/${team.administrator.id}`)).text, 'Make owner')
  const made = await pressAndVerify(olivia, `/settings/users/${team.administrator.id}/ownership`)
  t.equal(made.status, 303)
  t.same(await ownersOf(clinic), ['Olivia', 'Adam'])
  t.equal((await pressAndVerify(olivia, `/settings/users/${team.owner.id}/ownership`)).status, 303)
  t.same(await ownersOf(clinic), ['Adam'])
})

t.test('nobody else makes owners, and nobody takes ownership away', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  t.notMatch((await adam.get(`/settings/users/${team.administrator.id}`)).text, 'Make owner')
  t.match(
    (await pressAndVerify(adam, `/settings/users/${team.owner.id}/ownership`)).text,
    'Only another owner can do this',
  )
  t.match(
    (await pressAndVerify(adam, `/settings/users/${team.administrator.id}/ownership`)).text,
    'You are not an owner.',
  )
  const olivia = await signedIn(clinic, team.owner)
  for (const person of [team.receptionist, team.invited, team.deactivated]) {
    const refused = await pressAndVerify(olivia, `/settings/users/${person.id}/ownership`)
    t.match(refused.text, 'must be an active administrator first')
  }
  t.same(await ownersOf(clinic), ['Olivia'])
  const rosa = await signedIn(clinic, team.receptionist)
  t.equal((await rosa.post(`/settings/users/${team.receptionist.id}/ownership`)).status, 403)
})

t.test('two hundred rounds of two owners who give it up at once always leave one', async (t) => {
  const { db, team } = await testClinic(t)
  const owners = [team.owner, team.administrator]
  for (let round = 0; round < 200; round++) {
    await db
      .updateTable('users')
      .set({ isOwner: true })
      .where(
        'id',
        'in',
        owners.map((user) => user.id),
      )
      .execute()
    const attempts = owners.map(({ clinicId, id }) =>
      giveUpOwnership(db, { clinicId, userId: id, ip: null, userAgent: null }, crypto.randomUUID()),
    )
    const reasons = (await Promise.allSettled(attempts)).flatMap((attempt) =>
      attempt.status === 'rejected' ? [attempt.reason] : [],
    )
    if (reasons.length !== 1 || !(reasons[0] instanceof Refusal)) t.fail(`round ${round}: ${reasons}`)
  }
  t.pass('one refusal a round')
})
