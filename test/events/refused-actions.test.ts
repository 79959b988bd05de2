import type { Database } from '../../src/database/database.ts'
import { verificationKey } from '../../src/sessions/verification-tries.ts'
import { testClinic } from '../support/app.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

function eventsOf(db: Database, action: string) {
  return db.selectFrom('events').selectAll().where('action', '=', action).orderBy('id').execute()
}

t.test('a receptionist who tries a page of administrators is written down, once a minute', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const rosa = await signedIn(clinic, team.receptionist)
  const path = `/settings/users/${team.owner.id}/deactivation`
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => rosa.post(path)))
  t.same(new Set(answers.map(({ status }) => status)), new Set([403]))
  const [event, ...more] = await eventsOf(db, 'access.refused')
  t.equal(more.length, 0, 'five at once make one event')
  t.match(event, { actorId: team.receptionist.id, after: { asked: 'POST /settings/users/:id/deactivation' } })

  await (await signedIn(clinic, team.scheduler)).get('/settings/activity')
  await rosa.get('/settings/activity')
  t.equal(
    (await eventsOf(db, 'access.refused')).length,
    3,
    'another person and another page have their own minute',
  )
  await db
    .updateTable('throttles')
    .set({ blockedUntil: new Date(0) })
    .where('key', 'like', 'window:event:%')
    .execute()
  await rosa.get('/settings/activity')
  t.equal((await eventsOf(db, 'access.refused')).length, 4, 'the next minute counts again')
  const adam = await signedIn(clinic, team.administrator)
  t.match(
    (await adam.get('/settings/activity?action=access.refused')).text,
    /Rosa Delgado was denied access to a page .*Requested: GET \/settings\/activity/,
  )
})

t.test('an export is written down with what it showed', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  t.equal((await pressAndVerify(adam, '/settings/users/export?search=rosa%00&role=receptionist')).status, 200)
  const [event, ...more] = await eventsOf(clinic.db, 'users.exported')
  t.equal(more.length, 0)
  t.match(event, {
    actorId: clinic.team.administrator.id,
    after: { shown: 'search=rosa%00&role=receptionist' },
  })
  t.match((await adam.get('/settings/activity')).text, 'Adam Okafor exported the list of users')
})

t.test('a try to take the last owner away, or to touch an owner, is written down', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const olivia = await signedIn(clinic, team.owner)
  const refused = await pressAndVerify(olivia, `/settings/users/${team.owner.id}/ownership`)
  t.match(refused.text, 'is the only owner')
  const adam = await signedIn(clinic, team.administrator)
  t.match(
    (await pressAndVerify(adam, `/settings/users/${team.owner.id}/deactivation`)).text,
    'Olivia is an owner. Only another owner can do this.',
  )
  const events = await eventsOf(db, 'managing.refused')
  t.same(
    events.map(({ actorId, subjectId }) => [actorId, subjectId]),
    [
      [team.owner.id, team.owner.id],
      [team.administrator.id, team.owner.id],
    ],
  )
  t.match(
    (await adam.get('/settings/activity')).text,
    /Adam Okafor was not allowed to change Olivia Hart .*Reason: /,
  )
})

t.test('a wrong password at sign-in and when verifying is written down', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  await new Visitor(app).signIn(team.receptionist, 'wrong')
  const rosa = await signedIn(clinic, team.receptionist)
  const form = { currentPassword: 'wrong', password: 'plover tangerine cobalt awning' }
  t.equal((await rosa.post('/my-details/password', form)).status, 422)
  t.equal((await eventsOf(db, 'sign-in.refused'))[0]?.subjectId, team.receptionist.id)
  t.match((await eventsOf(db, 'password.refused'))[0], {
    actorId: team.receptionist.id,
    after: { failures: 1 },
  })
})

t.test('a new password that is sent twice is refused at its field', async (t) => {
  const clinic = await testClinic(t)
  const rosa = await signedIn(clinic, clinic.team.receptionist)
  const answer = await rosa.post('/my-details/password', 'currentPassword=x&password=a&password=b')
  t.equal(answer.status, 422)
  t.match(answer.html, 'href="#password"')
})

t.test('signing out, tries that are throttled and forms of other websites are written down', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  const rosa = await signedIn(clinic, team.receptionist)
  for (const _ of [1, 2]) await rosa.post('/my-details', {}, { origin: 'https://evil.example' })
  await rosa.post('/sign-out')
  await rosa.post('/sign-out')
  for (let n = 0; n < 8; n++) await new Visitor(app).signIn(team.receptionist, 'wrong horse battery')
  for (let n = 0; n < 8; n++)
    await new Visitor(app).signIn({ email: 'nobody@x.example' }, 'wrong horse battery')
  const found: Record<string, unknown[]> = {}
  for (const action of ['foreign-form.refused', 'signed-out', 'sign-in.throttled'])
    found[action] = (await eventsOf(db, action)).map(({ actorId, subjectId, after }) => [
      actorId,
      subjectId,
      after,
    ])
  const { id } = team.receptionist
  t.same(found, {
    'foreign-form.refused': [[id, null, { asked: 'POST /my-details' }]],
    'signed-out': [[id, id, null]],
    'sign-in.throttled': [
      [null, id, null],
      [null, null, null],
    ],
  })
  const adam = await signedIn(clinic, team.administrator)
  const path = `/settings/users/${team.bookkeeper.id}/deactivation`
  await db
    .insertInto('throttles')
    .values({
      ...{
        key: verificationKey({ clinicId: team.owner.clinicId, userId: team.administrator.id }),
        failures: 9,
      },
      ...{ firstFailedAt: new Date(), blockedUntil: new Date(Date.now() + 60_000) },
    })
    .execute()
  t.equal((await pressAndVerify(adam, path)).status, 429)
  t.equal((await eventsOf(db, 'password.throttled')).length, 1)
})
