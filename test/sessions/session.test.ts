import { promisify } from 'node:util'
import type { Session } from 'fastify'
import { sql } from 'kysely'
import { SessionStore } from '../../src/sessions/session-store-plugin.ts'
import { endSessionsOf } from '../../src/sessions/sessions.ts'
import { testClinic } from '../support/app.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

async function age(
  db: Awaited<ReturnType<typeof testClinic>>['db'],
  column: 'last_seen_at' | 'signed_in_at',
  interval: string,
) {
  await sql`update sessions set ${sql.ref(column)} = now() - ${interval}::interval where user_id is not null`.execute(
    db,
  )
}

t.test('a session ends after 30 minutes without use', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  await age(db, 'last_seen_at', '29 minutes 55 seconds')
  t.equal((await adam.get('/settings/users')).status, 200, 'just in time, and it counts as use')
  await age(db, 'last_seen_at', '30 minutes')
  t.match((await adam.get('/settings/users')).location, /^\/sign-in/)
  t.match((await adam.get('/settings/users')).location, /^\/sign-in/, 'looking does not revive it')
})

t.test('a session ends after 12 hours, however busy', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  await age(db, 'signed_in_at', '11 hours 59 minutes')
  t.equal((await adam.get('/settings/users')).status, 200)
  await age(db, 'signed_in_at', '12 hours')
  t.match((await adam.get('/settings/users')).location, /^\/sign-in/)
})

t.test('a slow request that saves late does not bring a session back that was ended meanwhile', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const token = decodeURIComponent(adam.cookies.get('session') ?? '').split('.')[0] ?? ''
  const store = new SessionStore(db)
  const read = promisify(store.get.bind(store))
  const save = promisify(store.set.bind(store))
  const slow = (await read(token)) as Session
  t.equal(slow.user?.firstName, 'Adam')
  await endSessionsOf(db, team.administrator)
  await save(token, { ...slow, flash: { kind: 'notice', text: 'late' } })
  t.equal(await read(token), null)
  t.match((await adam.get('/settings/users')).location, /^\/sign-in/)
})

t.test(
  'a deactivated person’s next request meets the sign-in page, and so does everything later',
  async (t) => {
    const { app, db, team } = await testClinic(t)
    const rosa = new Visitor(app)
    await rosa.signIn(team.receptionist)
    t.equal((await rosa.get('/my-details')).status, 200)
    await db
      .updateTable('users')
      .set({ deactivatedAt: new Date() })
      .where('id', '=', team.receptionist.id)
      .execute()
    t.match((await rosa.get('/my-details')).location, /^\/sign-in/)
  },
)

t.test('only hashes of session tokens are stored', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const token = decodeURIComponent(adam.cookies.get('session') ?? '').split('.')[0] ?? ''
  t.ok(token.length >= 32)
  const rows = await db.selectFrom('sessions').selectAll().execute()
  t.notMatch(JSON.stringify(rows), token)
})

t.test('the cookie is for this site alone, and over https bound to it', async (t) => {
  const { app, team } = await testClinic(t, {
    PUBLIC_URL: 'https://frontdesk.localhost',
    TRUST_PROXY: 'loopback',
  })
  const adam = new Visitor(app)
  const https = { 'x-forwarded-proto': 'https', origin: 'https://frontdesk.localhost' }
  const answer = await adam.post(
    '/sign-in',
    { email: team.owner.email, password: 'correct horse battery' },
    https,
  )
  t.equal(answer.status, 303)
  t.match(
    [answer.headers['set-cookie']]
      .flat()
      .map(String)
      .find((cookie) => cookie.startsWith('__Host-session')),
    /^__Host-session=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
  t.match(answer.headers['strict-transport-security'], 'max-age=31536000')
})
