import { sql } from 'kysely'
import t from 'tap'
import { testClinic } from '../support/app.ts'
import { type Fields, Visitor } from '../support/visitor.ts'

const SETTINGS: Fields = {
  clinicName: 'Harbour Street Clinic',
  country: 'AU',
  timeZone: 'Australia/Melbourne',
  idleMinutes: '30',
}

t.test('an administrator changes the clinic’s settings, and the trail says so', async (t) => {
  const { app, db, cast } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(cast.administrator)
  t.match((await adam.get('/settings/clinic')).html, 'value="Harbour Street Clinic"')
  const changes = { clinicName: 'Clinic on the Hill', country: 'NZ', timeZone: 'Pacific/Auckland' }
  const saved = await adam.follow(await adam.post('/settings/clinic', { ...SETTINGS, ...changes }))
  t.match(saved.text, 'The clinic’s settings are saved.')
  t.match(await db.selectFrom('accounts').selectAll().executeTakeFirst(), {
    name: 'Clinic on the Hill',
    country: 'NZ',
  })
  t.match(
    (await adam.get('/settings/activity')).text,
    'Clinic’s name: Harbour Street Clinic → Clinic on the Hill',
  )
})

t.test('people are signed out after as long as the clinic says', async (t) => {
  const { app, db, cast } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(cast.administrator)
  await adam.post('/settings/clinic', { ...SETTINGS, idleMinutes: '15' })
  const idle = (interval: string) =>
    sql`update sessions set last_seen_at = now() - ${interval}::interval`.execute(db)
  await idle('14 minutes 50 seconds')
  t.equal((await adam.get('/my-details')).status, 200)
  await idle('15 minutes')
  t.match((await adam.get('/my-details')).location, /^\/sign-in/)
})

t.test('bad settings are refused at their fields, and others’ attempts altogether', async (t) => {
  const { app, db, cast } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(cast.administrator)
  const bad: [Fields, string][] = [
    [{ clinicName: '' }, 'Enter the clinic’s name.'],
    [{ clinicName: '<b>' }, 'Remove < and >.'],
    [{ country: 'XX' }, 'Choose a country from the list.'],
    [{ timeZone: 'Mars/Olympus' }, 'Choose a time zone from the list.'],
    [{ idleMinutes: '1' }, 'Choose how long somebody may be idle.'],
    [{ subdomain: 'x' }, 'no field called'],
  ]
  for (const [fields, words] of bad) {
    const answer = await adam.post('/settings/clinic', { ...SETTINGS, ...fields })
    t.equal(answer.status, 422)
    t.match(answer.text, words)
  }
  t.equal((await adam.post('/settings/clinic', SETTINGS, { origin: 'https://evil.example' })).status, 403)
  const rosa = new Visitor(app)
  await rosa.signIn(cast.receptionist)
  t.equal((await rosa.get('/settings/clinic')).status, 403)
  t.equal((await rosa.post('/settings/clinic', SETTINGS)).status, 403)
  t.match(await db.selectFrom('accounts').selectAll().executeTakeFirst(), { name: 'Harbour Street Clinic' })
})
