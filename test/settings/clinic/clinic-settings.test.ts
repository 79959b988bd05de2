import { sql } from 'kysely'
import type { User } from '../../../src/database/schema.ts'
import { DEMO_PASSWORD } from '../../../src/demo/team.ts'
import { saveClinicSettings } from '../../../src/settings/clinic/clinic-settings.ts'
import { testClinic } from '../../support/app.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'
import { type Fields, hidden, Visitor } from '../../support/visitor.ts'

const SETTINGS: Fields = {
  clinicName: 'Harbour Street Clinic',
  country: 'AU',
  timeZone: 'Australia/Melbourne',
  idleMinutes: '30',
}

t.test('an administrator changes the clinic’s settings, and the trail says so', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  t.match((await adam.get('/settings/clinic')).html, 'value="Harbour Street Clinic"')
  const changes = { clinicName: 'Clinic on the Hill', country: 'NZ', timeZone: 'Pacific/Auckland' }
  const saved = await adam.follow(await adam.post('/settings/clinic', { ...SETTINGS, ...changes }))
  t.match(saved.text, 'Clinic settings saved.')
  t.match((await new Visitor(app).get('/sign-in')).text, 'Clinic on the Hill', 'on the very next page')
  t.match(await db.selectFrom('clinics').selectAll().executeTakeFirst(), {
    name: 'Clinic on the Hill',
    country: 'NZ',
  })
  const activity = (await adam.get('/settings/activity')).text
  t.match(activity, 'Clinic name: Harbour Street Clinic → Clinic on the Hill')
  t.match(activity, 'Country: Australia → New Zealand')
})

t.test('people are signed out after as long as the clinic says', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  await pressAndVerify(adam, '/settings/clinic', { ...SETTINGS, idleMinutes: '15' })
  const idle = (interval: string) =>
    sql`update sessions set last_seen_at = now() - ${interval}::interval`.execute(db)
  await idle('14 minutes 50 seconds')
  t.equal((await adam.get('/my-details')).status, 200)
  await idle('15 minutes')
  t.match((await adam.get('/my-details')).location, /^\/sign-in/)
})

t.test('bad settings are refused at their fields, and others’ attempts altogether', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const bad: [Fields, string][] = [
    [{ clinicName: '' }, 'Enter the clinic’s name.'],
    [{ clinicName: '<b>' }, 'Remove < and >.'],
    [{ country: 'XX' }, 'Choose a country from the list.'],
    [{ timeZone: 'Mars/Olympus' }, 'Choose a time zone from the list.'],
    [{ idleMinutes: '1' }, 'Choose a time.'],
    [{ label: 'x' }, 'no field called'],
  ]
  for (const [fields, words] of bad) {
    const answer = await adam.post('/settings/clinic', { ...SETTINGS, ...fields })
    t.equal(answer.status, 422)
    t.match(answer.text, words)
  }
  t.equal((await adam.post('/settings/clinic', SETTINGS, { origin: 'https://evil.example' })).status, 403)
  const rosa = new Visitor(app)
  await rosa.signIn(team.receptionist)
  t.equal((await rosa.get('/settings/clinic')).status, 403)
  t.equal((await rosa.post('/settings/clinic', SETTINGS)).status, 403)
  t.match(await db.selectFrom('clinics').selectAll().executeTakeFirst(), { name: 'Harbour Street Clinic' })
})

t.test('a power receptionist sees the session time-out and cannot change it', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const paula = await signedIn(clinic, team.powerReceptionist)
  const page = await paula.get('/settings/clinic')
  t.match(page.text, 'Sign people out after 30 minutes')
  t.notMatch(page.html, 'name="idleMinutes"')

  const refused = await paula.post('/settings/clinic', {
    ...SETTINGS,
    clinicName: 'Mine',
    idleMinutes: '720',
  })
  t.equal(refused.status, 422)
  t.match(refused.text, 'Your security role doesn’t let you change this.')
  t.match(refused.html, 'href="#idleMinutes"')
  t.match(refused.html, 'id="idleMinutes"')
  t.match(refused.html, 'value="Mine"', 'what was typed is kept')
  const settings = () => db.selectFrom('clinics').select(['name', 'idleMinutes']).executeTakeFirst()
  t.same(await settings(), { name: 'Harbour Street Clinic', idleMinutes: 30 })

  const { idleMinutes: _, ...rest } = SETTINGS
  t.equal((await paula.post('/settings/clinic', { ...rest, clinicName: 'Clinic on the Hill' })).status, 303)
  t.same(await settings(), { name: 'Clinic on the Hill', idleMinutes: 30 })
})

t.test(
  'an administrator verifies their password for a new session time-out, and for nothing else',
  async (t) => {
    const clinic = await testClinic(t)
    const { db, team } = clinic
    const adam = await signedIn(clinic, team.administrator)
    t.equal((await adam.post('/settings/clinic', { ...SETTINGS, clinicName: 'Clinic' })).status, 303)
    const idle = async () =>
      (await db.selectFrom('clinics').select('idleMinutes').executeTakeFirst())?.idleMinutes
    const changed = { ...SETTINGS, idleMinutes: '60' }
    const lastLook = await adam.post('/settings/clinic', changed)
    t.match(
      lastLook.text,
      /Verify your password .*Signed out after, now 30 minutes Signed out after, new 1 hour/,
    )
    const signedForm = hidden(lastLook, 'signedForm')
    t.equal((await adam.post('/settings/clinic', { signedForm, currentPassword: 'no' })).status, 422)
    t.equal(await idle(), 30)
    const verified = { signedForm, currentPassword: DEMO_PASSWORD }
    const both = await Promise.all([
      adam.post('/settings/clinic', verified),
      adam.post('/settings/clinic', verified),
    ])
    t.same(
      both.map(({ status }) => status),
      [303, 303],
      'a double click',
    )
    t.equal(await idle(), 60)
    const events = db
      .selectFrom('events')
      .select('after')
      .where('action', '=', 'clinic.changed')
      .orderBy('id')
    t.match(await events.execute(), [{}, { after: { idleMinutes: 60 } }])
    t.match((await adam.get('/settings/activity')).text, 'Sign people out after: 30 minutes → 1 hour')
  },
)

t.test('the tab of a page under Settings says so, also on the pages below it', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  for (const [path, tab, current] of [
    ['/settings/clinic', 'clinic', 'page'],
    ['/settings/clinic/second-step', 'clinic', 'true'],
    ['/settings/clinic/networks', 'clinic', 'true'],
    ['/settings/users', 'users', 'page'],
    ['/settings/users/new', 'users', 'true'],
    ['/settings/imports', 'users', 'true'],
    ['/settings/activity', 'activity', 'page'],
    ['/settings/roles', 'roles', 'page'],
  ] as const) {
    const { html } = await adam.get(path)
    const [nav = ''] = /<nav class="section.*?<\/nav>/s.exec(html) ?? []
    const marked = [...nav.matchAll(/href="\/settings\/(\w+)"\s+aria-current="(\w+)"/g)]
    t.same(
      marked.map(([, where, how]) => [where, how]),
      [[tab, current]],
      path,
    )
  }
})

t.test('a right that goes while Save is under way is not used once more', async (t) => {
  const { db, team } = await testClinic(t)
  const settings = { name: 'Mine', country: 'AU', timeZone: 'Australia/Perth' }
  const save = (user: User, idleMinutes: number | undefined, verifiedIn: string | null) =>
    saveClinicSettings(
      db,
      { clinicId: user.clinicId, userId: user.id, ip: null, userAgent: null },
      { ...settings, ...(idleMinutes && { idleMinutes }) },
      verifiedIn,
    )
  await t.rejects(save(team.receptionist, undefined, null), /You no longer have permission to do this/)
  await t.rejects(save(team.powerReceptionist, 720, crypto.randomUUID()), /doesn’t let you/)
  await t.rejects(save(team.administrator, 720, null), /password/)
  t.match(await db.selectFrom('clinics').selectAll().executeTakeFirst(), {
    name: 'Harbour Street Clinic',
    idleMinutes: 30,
  })
})
