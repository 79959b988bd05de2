import { buildApp } from '../../src/app.ts'
import { openDatabase } from '../../src/database/database.ts'
import { demoClinic } from '../../src/demo/team.ts'
import { recordEvent } from '../../src/events/events.ts'
import { createPasswords } from '../../src/sessions/passwords.ts'
import { encodeCursor } from '../../src/settings/users/list/list-order.ts'
import { logOptions } from '../../src/web/logs.ts'
import { NEW_USER } from '../support/add-user.ts'
import { testConfig } from '../support/app.ts'
import { testDatabase } from '../support/database.ts'
import { pressAndVerify } from '../support/press.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

type Line = Record<string, unknown> & { event?: Record<string, unknown>; refused?: Record<string, unknown> }

/** The app as it logs in production. */
async function loggingClinic(t: Parameters<typeof testDatabase>[0]) {
  const { db, url } = await testDatabase(t)
  const config = testConfig({ POSTMARK_WEBHOOK_PASSWORD: 'q7Xw2Lk9Vb4Nc8Rt5Yz1Md6Hj3Pf0SgA' })
  const passwords = createPasswords(config.keys.passwords, { cost: 4 })
  const lines: Line[] = []
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const app = await buildApp({
    config,
    db,
    passwords,
    logger: { ...logOptions({ production: true, trustProxy: false }), stream },
  })
  t.teardown(() => app.close())
  return { app, db, url, team: await demoClinic(db, passwords), lines }
}

t.test('nothing that was typed and no link stands in the log, however it is written', async (t) => {
  const { app, team, lines } = await loggingClinic(t)
  const someone = new Visitor(app)
  for (const path of [
    '/setup?code=SECRET',
    '/setup?%63ode=SECRET',
    '/join/1.SECRET',
    '/%6Aoin/1.SECRET',
    '/join/1.%53ECRET/more',
    '//join/1.SECRET',
    '/Join/1.SECRET',
    '/reset-password/1.SECRET?x=SECRET',
    '/confirm%2Demail/1.SECRET',
    '/settings/users?search=SECRET',
    '/settings/users?status=SECRET%20and&after=SECRET%20more',
    '/sign-in?next=%2Fsettings%2Fusers%3Fsearch%3DSECRET',
    '/nowhere/SECRET',
  ]) {
    await someone.follow(
      await someone.get(path, {
        referer: 'http://frontdesk.localhost/join/1.SECRET',
        'user-agent': 'SECRET',
        cookie: 'session=SECRET',
      }),
    )
  }
  await someone.post('/sign-in', { email: team.owner.email, password: 'SECRET' })
  t.notMatch(JSON.stringify(lines), /SECRET|%53ECRET/)
  t.match(JSON.stringify(lines), '"route":"/join/:token"')
  await someone.get('/settings/users?status=invited')
  t.match(JSON.stringify(lines), '"query":{"status":"invited"}', 'a filter may stand there')
})

t.test(
  'of a question only choices from a list and numbers stand in the log, and no name in disguise',
  async (t) => {
    const { app, lines } = await loggingClinic(t)
    const cursor = encodeCursor({ id: '57', key: 'ng an' })
    const someone = new Visitor(app)
    await someone.get(`/settings/users?role=Mallory&sort=Mallory&status=active&after=${cursor}`)
    await someone.get(`/settings/users?before=${cursor}&search=0412345678`)
    await someone.get('/settings/activity?before=12&until=2026-01-31&action=Mallory')
    await someone.get('/sign-in?after=Mallory&next=Mallory')
    t.notMatch(JSON.stringify(lines), /Mallory|0412345678/)
    t.notMatch(JSON.stringify(lines), cursor)
    t.match(JSON.stringify(lines), '"query":{"status":"active"}')
    t.match(JSON.stringify(lines), '"query":{"before":"12","until":"2026-01-31"}')
  },
)

t.test(
  'what PostgreSQL says of a value, and what validation keeps of it, stays out of the log',
  async (t) => {
    const { app, db, lines } = await loggingClinic(t)
    const broken = await db
      .selectFrom('users')
      .selectAll()
      .where('id', '=', 'SECRET')
      .execute()
      .catch((error) => error)
    const typed = Object.assign(new Error('body/email is wrong'), {
      validation: [{ data: 'SECRET' }],
      detail: 'SECRET',
    })
    app.log.error({ err: broken }, 'failed')
    app.log.error({ err: typed }, 'failed')
    t.notMatch(JSON.stringify(lines), 'SECRET')
    const [first, second] = lines.slice(-2)
    t.match(first?.err, { type: 'error', code: '22P02', message: /invalid input syntax/ })
    t.match(second?.err, { message: 'body/email is wrong', stack: /logs\.test\.ts/ })
  },
)

t.test('each refusal is a line with the request’s id, which an event of it keeps', async (t) => {
  const { app, db, team, lines } = await loggingClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const refusal = async (visit: Promise<{ status: number }>) => {
    const { status } = await visit
    const line = lines.findLast(({ refused }) => refused?.status === status)
    t.match(line?.reqId, /^[0-9a-f-]{36}$/, `${status}`)
    return line
  }
  t.match(await refusal(adam.get('/settings/users/999999')), {
    refused: { status: 404, route: '/settings/users/:id', method: 'GET' },
    userId: team.administrator.id,
  })
  t.match(await refusal(adam.post('/settings/users', { signedForm: 'x.y', currentPassword: 'x' })), {
    refused: { status: 400, route: '/settings/users' },
  })
  t.match(await refusal(adam.post('/webhooks/postmark', {}, { authorization: 'Basic x' })), {
    refused: { status: 401, route: '/webhooks/postmark' },
    userId: null,
  })
  const stranger = new Visitor(app)
  t.match(await refusal(stranger.follow(await stranger.get('/join/1.x'))), { refused: { status: 404 } })

  const rosa = new Visitor(app)
  await rosa.signIn(team.receptionist)
  const refused = await refusal(
    rosa.get('/settings/activity', { 'request-id': 'mine', 'x-request-id': 'mine' }),
  )
  const event = await db
    .selectFrom('events')
    .selectAll()
    .where('action', '=', 'access.refused')
    .executeTakeFirstOrThrow()
  t.equal(event.requestId, refused?.reqId)
  t.match(lines.find((line) => line.event?.id === event.id)?.event, { requestId: event.requestId })
})

t.test('each event that was committed is a line in the log, and no other', async (t) => {
  const { app, db, url, team, lines } = await loggingClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  t.equal((await pressAndVerify(adam, '/settings/users', NEW_USER)).status, 303)
  const actor = { clinicId: team.owner.clinicId, userId: team.owner.id, ip: null, userAgent: null }
  const undone = db.transaction().execute(async (trx) => {
    await recordEvent(trx, actor, { action: 'owner.made', subjectId: team.owner.id })
    throw new Error('taken back')
  })
  await t.rejects(undone, /taken back/)
  await db.transaction().execute(async (trx) => {
    await recordEvent(trx, actor, { action: 'owner.given-up', subjectId: team.owner.id })
    t.notOk(
      lines.some(({ event }) => event?.action === 'owner.given-up'),
      'not before it is there for good',
    )
  })
  const other = openDatabase(url)
  await recordEvent(other, actor, { action: 'signed-out' })
  await other.destroy()

  const events = await db.selectFrom('events').select(['id', 'action']).orderBy('id').execute()
  const told = lines.flatMap(({ event }) => (event ? [{ id: event.id, action: event.action }] : []))
  t.same(
    told,
    events.filter(({ action }) => action !== 'signed-out'),
  )
  const added = lines.find(({ event }) => event?.action === 'user.added')
  t.match(added, { level: 30, msg: 'event', event: { actorId: team.administrator.id, ip: '127.0.0.1' } })
  t.notMatch(JSON.stringify(added), new RegExp(`${NEW_USER.personEmail}|${NEW_USER.lastName}`))
  t.match(added?.event?.after, { role: NEW_USER.role })
})
