import { sql } from 'kysely'
import type { Database } from '../../src/database/database.ts'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import { confirmPath } from '../support/email-changes.ts'
import { joinPath } from '../support/invitations.ts'
import { resetPath } from '../support/password-resets.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { type Fields, hidden, type Visit, Visitor } from '../support/visitor.ts'

const PASSWORD = 'seven green parrots'

interface Link {
  page: string
  path: string
}

/** A working link of each kind: to join, to choose a new password, to confirm a new address. */
async function everyLink(clinic: TestClinic): Promise<Record<'join' | 'reset' | 'confirm', Link>> {
  const { app, db, config, team } = clinic
  await new Visitor(app).post('/forgot-password', { email: team.receptionist.email })
  const sven = await signedIn(clinic, team.scheduler)
  await pressAndVerify(sven, '/my-details/email', { personEmail: 'sven.new@harbour.example' })
  return {
    join: { page: '/join', path: await joinPath(db, config, team.invited) },
    reset: { page: '/reset-password', path: await resetPath(db, config, team.receptionist) },
    confirm: { page: '/confirm-email', path: await confirmPath(db, config) },
  }
}

/** Every value of every row of every table, as text. */
async function everything(db: Database): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public'`.execute(db)
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} as t`.execute(
      db,
    )
    texts.push(...rows.map(({ row }) => row))
  }
  return texts.join('\n')
}

async function countSessions(db: Database): Promise<number> {
  return (await db.selectFrom('sessions').select('tokenHash').execute()).length
}

const leaveFor31Minutes = (db: Database) =>
  sql`update sessions set last_seen_at = last_seen_at - interval '31 minutes',
    created_at = created_at - interval '31 minutes'`.execute(db)

/** What a browser sends of a form of the page: its hidden fields beside what is typed. */
function filledIn(page: Visit, typed: Fields): Fields {
  return { ...typed, link: hidden(page, 'link') }
}

t.test('whoever reads the database cannot use a link that somebody has opened', async (t) => {
  const clinic = await testClinic(t)
  const { app, db } = clinic
  const links = await everyLink(clinic)
  for (const [kind, { path }] of Object.entries(links)) {
    const [, , token = ''] = path.split('/')
    const someone = new Visitor(app)
    const page = await someone.follow(await someone.get(path))
    t.equal(page.status, 200, kind)
    const text = await everything(db)
    t.ok(text.length > 1_000)
    const opened = hidden(page, 'link')
    for (const secret of [token, token.split('.')[1] ?? '', opened, opened.split('.')[1] ?? ''])
      t.notOk(text.includes(secret), kind)
    t.not(opened, token)
    t.equal((await new Visitor(app).get(`/${path.split('/')[1]}/${opened}`)).status, 404, 'it is no link')
  }
})

t.test('links that are not ours leave neither a cookie nor a row, and say so at once', async (t) => {
  const clinic = await testClinic(t)
  const { app, db } = clinic
  const links = Object.values(await everyLink(clinic))
  const before = await countSessions(db)
  for (const { page, path } of links) {
    const bad = [
      'x',
      '1.x',
      `999999.${'A'.repeat(43)}`,
      `${path.split('/')[2]?.slice(0, -2)}__`,
      '%00',
      '1%2E1',
    ]
    const foreign = links
      .filter((other) => other.page !== page)
      .map((other) => other.path.split('/')[2] ?? '')
    for (const token of [...bad, ...foreign])
      for (const method of ['GET', 'HEAD'] as const) {
        const answer = await new Visitor(app).send({ method, url: `${page}/${token}` })
        t.equal(answer.status, 404, `${page} ${token}`)
        t.notOk(answer.headers['set-cookie'], `${page} ${token}`)
        if (method === 'GET') t.match(answer.text, 'This link doesn’t work')
      }
  }
  t.equal(await countSessions(db), before)
})

t.test('a form with a link of nobody’s making leaves no cookie either', async (t) => {
  const { app, team } = await testClinic(t)
  for (const link of ['x', `opened-1.${'A'.repeat(42)}`, `1.${'A'.repeat(43)}`, 'x'.repeat(20_000)])
    for (const page of ['/join/sign-out', '/confirm-email/sign-out']) {
      const answer = await new Visitor(app).post(page, { link })
      t.notOk(answer.headers['set-cookie'], `${page} ${link.slice(0, 20)}`)
    }
  const olivia = new Visitor(app)
  await olivia.post('/sign-in', { email: team.owner.email, password: DEMO_PASSWORD, link: 'x' })
  t.same([...olivia.cookies.keys()].sort(), ['known', 'session'])
})

t.test('people who look around signed out, and scanners, make no rows', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  const links = Object.values(await everyLink(clinic))
  const before = await countSessions(db)
  for (const { page, path } of links) {
    const scanner = new Visitor(app)
    await scanner.follow(await scanner.get(path))
    await scanner.get(page)
    await scanner.post(page, {})
    await new Visitor(app).get(page)
    await new Visitor(app).post(page, { password: 'x' })
  }
  const pages = [
    '/',
    '/sign-in',
    '/sign-in?next=/confirm-email',
    '/forgot-password',
    '/continue',
    '/my-details',
  ]
  for (const page of [...pages, '/settings/users', '/setup', '/nothing']) await new Visitor(app).get(page)
  for (const path of [
    '/sign-out',
    '/join/sign-out',
    '/confirm-email/sign-out',
    '/join/request',
    '/my-details',
  ])
    await new Visitor(app).post(path)
  await new Visitor(app).post('/forgot-password', { email: 'nobody@x.example' })
  await new Visitor(app).signIn(team.owner, 'wrong')
  t.equal(await countSessions(db), before)
})

t.test('an invitation that lay open for 31 minutes still joins', async (t) => {
  const clinic = await testClinic(t)
  const { app, db } = clinic
  const ivan = new Visitor(app)
  const page = await ivan.follow(await ivan.get((await everyLink(clinic)).join.path))
  await leaveFor31Minutes(db)
  ivan.cookies.clear()
  t.equal((await ivan.post('/join', filledIn(page, { password: 'short' }))).status, 422)
  t.match(await ivan.post('/join', filledIn(page, { password: PASSWORD })), { location: '/my-details' })
  t.match(await ivan.get('/my-details'), { status: 200, text: /Ivan Petrov/ })
})

t.test('the link of a new password does too, as long as the link itself is valid', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  const rosa = new Visitor(app)
  const page = await rosa.follow(await rosa.get((await everyLink(clinic)).reset.path))
  await leaveFor31Minutes(db)
  rosa.cookies.clear()
  await sql`update password_resets set expires_at = now() - interval '1 second'`.execute(db)
  const late = await rosa.post('/reset-password', filledIn(page, { password: PASSWORD }))
  t.match(late, { status: 410, text: /This link has expired/ }, 'it says what is the matter')
  await sql`update password_resets set expires_at = now() + interval '1 minute'`.execute(db)
  t.equal((await rosa.post('/reset-password', filledIn(page, { password: PASSWORD }))).location, '/sign-in')
  t.equal((await new Visitor(app).signIn(team.receptionist, PASSWORD)).status, 303)
})

t.test('whoever takes 31 minutes to sign in still confirms the new address', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  const sven = new Visitor(app)
  const signInPage = await sven.follow(await sven.get((await everyLink(clinic)).confirm.path))
  t.match(signInPage.text, 'Sven, sign in with your current address')
  await leaveFor31Minutes(db)
  sven.cookies.clear()
  const typed = { email: team.scheduler.email, next: hidden(signInPage, 'next') }
  const wrong = await sven.post('/sign-in', filledIn(signInPage, { ...typed, password: 'wrong' }))
  t.equal(hidden(wrong, 'link'), hidden(signInPage, 'link'), 'a slip of the finger loses nothing')
  const right = { ...typed, password: 'correct horse battery' }
  const page = await sven.follow(await sven.post('/sign-in', filledIn(signInPage, right)))
  t.match(page.text, 'Confirm your new email address')

  await leaveFor31Minutes(db)
  sven.cookies.clear()
  const again = await sven.follow(await sven.post('/confirm-email', filledIn(page, {})))
  t.match(again.text, 'Sven, sign in with your current address')
  const back = await sven.follow(await sven.post('/sign-in', filledIn(again, right)))
  t.equal((await sven.post('/confirm-email', filledIn(back, {}))).location, '/my-details')
  t.equal((await new Visitor(app).signIn({ email: 'sven.new@harbour.example' })).status, 303)
})

t.test('of two invitations opened in one browser, each form joins the person it names', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, config, team } = clinic
  const browser = new Visitor(app)
  const ivans = await browser.follow(await browser.get(await joinPath(db, config, team.invited)))
  await browser.get(await joinPath(db, config, team.expired))
  t.equal((await browser.post('/join', filledIn(ivans, { password: PASSWORD }))).location, '/my-details')
  t.match((await browser.get('/my-details')).text, 'Ivan Petrov')
})

t.test('what stands for an opened link serves no other page and no other row', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  const { join, reset } = await everyLink(clinic)
  const someone = new Visitor(app)
  const link = hidden(await someone.follow(await someone.get(join.path)), 'link')
  const [, id = '', mac = ''] = /^opened-(\d+)\.(.+)$/.exec(link) ?? []
  const others = [
    `opened-${Number(id) + 1}.${mac}`,
    `${id}.${mac}`,
    `opened-${id}.`,
    'opened-x',
    '',
    link.slice(1),
  ]
  for (const bad of others)
    t.equal((await new Visitor(app).post('/join', { password: PASSWORD, link: bad })).status, 404, bad)
  const [resetId = ''] = reset.path.split('/')[2]?.split('.') ?? []
  for (const foreign of [link, `opened-${resetId}.${mac}`]) {
    const answer = await new Visitor(app).post('/reset-password', { password: PASSWORD, link: foreign })
    t.equal(answer.status, 404, foreign)
  }
  const { joinedAt } = await db
    .selectFrom('users')
    .select('joinedAt')
    .where('id', '=', team.invited.id)
    .executeTakeFirstOrThrow()
  t.equal(joinedAt, null)
})

t.test('over https the cookie is bound to this host', async (t) => {
  const clinic = await testClinic(t, { PUBLIC_URL: 'https://frontdesk.localhost', TRUST_PROXY: 'loopback' })
  const { app, db, config, team } = clinic
  const path = await joinPath(db, config, team.invited)
  const opened = await new Visitor(app).get(path, { 'x-forwarded-proto': 'https' })
  t.match(
    String(opened.headers['set-cookie']),
    /^__Host-opened-join=[^;]+; Max-Age=1800; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
})
