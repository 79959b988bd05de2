import { testClinic } from '../support/app.ts'
import { joinPath } from '../support/invitations.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

t.test('correcting a mistyped address kills the old link and invites the right one', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, config, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const oldLink = await joinPath(db, config, team.invited)
  const form = await adam.get(`/settings/users/${team.invited.id}/address`)
  t.match(form.html, `value="${team.invited.email}"`)
  const path = `/settings/users/${team.invited.id}/address`
  const done = await adam.follow(
    await pressAndVerify(adam, path, { personEmail: 'ivan.petrov@harbour.example' }),
  )
  t.match(done.text, 'We’re sending a new invitation to ivan.petrov@harbour.example.')
  const emails = await db
    .selectFrom('emails')
    .select('recipient')
    .where('userId', '=', team.invited.id)
    .orderBy('id')
    .execute()
  t.same(
    emails.map((email) => email.recipient),
    [team.invited.email, 'ivan.petrov@harbour.example'],
  )

  const stranger = new Visitor(app)
  await stranger.get(oldLink)
  t.equal((await stranger.post('/join', { password: 'seven green parrots' })).status, 410)
  const ivan = new Visitor(app)
  await ivan.get(await joinPath(db, config, team.invited))
  t.equal((await ivan.post('/join', { password: 'seven green parrots' })).status, 303)
})

t.test('an address that somebody has, or that is none, is refused, and nothing changes', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const path = `/settings/users/${team.invited.id}/address`
  t.match(
    (await pressAndVerify(adam, path, { personEmail: team.receptionist.email.toUpperCase() })).text,
    'Rosa Delgado already has this email address.',
  )
  t.equal((await adam.post(path, { personEmail: 'ivan' })).status, 422)
  t.equal(
    (await adam.post(path, { personEmail: 'ivan@x.example' }, { origin: 'https://evil.example' })).status,
    403,
  )
  const rosa = await signedIn(clinic, team.receptionist)
  t.equal((await rosa.get(path)).status, 403)
  t.equal(
    (await db.selectFrom('invitations').select('id').where('userId', '=', team.invited.id).execute()).length,
    1,
  )
  t.match(await db.selectFrom('users').select('email').where('id', '=', team.invited.id).executeTakeFirst(), {
    email: team.invited.email,
  })
})

t.test('a withdrawn invitation opens nothing, the page says so, and a new one can be sent', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, config, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const path = `/settings/users/${team.invited.id}`
  const withdrawn = await adam.follow(await adam.post(`${path}/invitation/revocation`))
  t.match(withdrawn.text, `The invitation to ${team.invited.email} has been cancelled.`)
  t.match(withdrawn.text, /cancelled on \w+day/)
  t.notMatch(withdrawn.text, 'Cancel invitation')
  const ivan = new Visitor(app)
  t.match(
    (await ivan.follow(await ivan.get(await joinPath(db, config, team.invited)))).text,
    'This invitation was cancelled',
  )
  t.equal((await adam.post(`${path}/invitation/revocation`)).status, 303, 'a second press changes nothing')
  const events = await db
    .selectFrom('events')
    .select('id')
    .where('action', '=', 'invitation.revoked')
    .execute()
  t.equal(events.length, 1)
  t.equal((await adam.post(`/settings/users/${team.receptionist.id}/invitation/revocation`)).status, 422)
})
