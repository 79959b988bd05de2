import { sql } from 'kysely'
import { testClinic } from '../support/app.ts'
import { joinPath } from '../support/invitations.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

/** Lets time pass for all of somebody's invitations. */
async function later(
  db: Awaited<ReturnType<typeof testClinic>>['db'],
  userId: string,
  interval: string,
): Promise<void> {
  await sql`update invitations set created_at = created_at - ${interval}::interval where user_id = ${userId}`.execute(
    db,
  )
}

t.test(
  'an administrator resends an invitation: seven full days, one mail, and the old link says so',
  async (t) => {
    const { app, db, config, team } = await testClinic(t)
    const adam = new Visitor(app)
    await adam.signIn(team.administrator)
    const oldLink = await joinPath(db, config, team.expired)
    const page = await adam.get(`/settings/users/${team.expired.id}`)
    t.match(page.text, 'Invitation expired')
    t.match(page.text, /by Olivia Hart on .*, expired on/)

    const sent = await adam.post(`/settings/users/${team.expired.id}/invitation`)
    t.equal(sent.status, 303)
    const after = await adam.follow(sent)
    t.match(after.text, `We’re sending a new invitation to ${team.expired.email}`)
    t.match(after.text, 'You can send another invitation after')
    t.match(after.text, /Invited .*by Adam Okafor/)
    const { rows } = await sql<{ days: number }>`
    select extract(epoch from expires_at - created_at) / 86400 as days from invitations
    where user_id = ${team.expired.id} order by id desc limit 1`.execute(db)
    t.equal(Number(rows[0]?.days), 7)

    const erin = new Visitor(app)
    t.match((await erin.follow(await erin.get(oldLink))).text, 'A newer invitation')
    t.equal((await erin.follow(await erin.get(await joinPath(db, config, team.expired)))).status, 200)
  },
)

t.test('a second press within a minute sends nothing and says when the next is possible', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  await later(db, team.invited.id, '2 minutes')
  const presses = await Promise.all(
    [1, 2, 3].map(() => adam.post(`/settings/users/${team.invited.id}/invitation`)),
  )
  t.same(presses.map((press) => press.status).sort(), [303, 429, 429])
  const refused = presses.find((press) => press.status === 429)
  t.match(refused?.text, /An invitation was just sent\..*You can send another invitation after \d/)
  const emails = await db.selectFrom('emails').select('id').where('userId', '=', team.invited.id).execute()
  t.equal(emails.length, 2)
})

t.test('five a day, and not one more until a day has passed', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const resend = () => adam.post(`/settings/users/${team.invited.id}/invitation`)
  for (let nth = 1; nth <= 5; nth++) {
    await later(db, team.invited.id, '61 seconds')
    t.equal((await resend()).status, 303, `number ${nth}`)
  }
  await later(db, team.invited.id, '61 seconds')
  const sixth = await resend()
  t.equal(sixth.status, 429)
  t.match(sixth.text, 'Five invitations have been sent in the last 24 hours.')
  await later(db, team.invited.id, '23 hours 50 minutes')
  t.equal((await resend()).status, 429)
  await later(db, team.invited.id, '10 minutes')
  t.equal((await resend()).status, 303)
})

t.test('there is nothing to resend for people who joined or are deactivated', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  for (const person of [team.receptionist, team.deactivated]) {
    t.notMatch((await adam.get(`/settings/users/${person.id}`)).text, 'Resend invitation email')
    t.equal((await adam.post(`/settings/users/${person.id}/invitation`)).status, 422)
    t.same(await db.selectFrom('emails').select('id').where('userId', '=', person.id).execute(), [])
  }
})

t.test('a receptionist cannot resend, and nobody can for another clinic’s people', async (t) => {
  const { app, db, team } = await testClinic(t)
  const rosa = new Visitor(app)
  await rosa.signIn(team.receptionist)
  t.equal((await rosa.post(`/settings/users/${team.expired.id}/invitation`)).status, 403)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  t.equal((await adam.post('/settings/users/999999/invitation')).status, 404)
  t.equal(
    (await adam.post(`/settings/users/${team.expired.id}/invitation`, {}, { origin: 'https://evil.example' }))
      .status,
    403,
  )
  t.equal(
    (await db.selectFrom('invitations').select('id').where('userId', '=', team.expired.id).execute()).length,
    1,
  )
})
