import { buildApp } from '../../src/app.ts'
import { DEMO_PASSWORD, demoClinic } from '../../src/demo/team.ts'
import { createPasswords } from '../../src/sessions/passwords.ts'
import { logOptions } from '../../src/web/logs.ts'
import { testConfig } from '../support/app.ts'
import { testDatabase } from '../support/database.ts'
import { joinPath } from '../support/invitations.ts'
import { resetPath } from '../support/password-resets.ts'
import { pressAndVerify } from '../support/press.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

const WRONG_PASSWORD = 'canary password nobody has'
const CHOSEN_PASSWORD = 'seven green parrots canary'
const HOSTILE = 'x\r\n{"level":30,"msg":"forged"}\u001b[2J\u2028\u202e'

/** The app with the log that production has, line by line. */
async function loggedClinic(t: Parameters<typeof testDatabase>[0]) {
  const { db } = await testDatabase(t)
  const config = testConfig()
  const passwords = createPasswords(config.keys.passwords, { cost: 4 })
  const team = await demoClinic(db, passwords)
  const written: string[] = []
  const options = logOptions({ ...config, production: true }) as object
  const stream = { write: (text: string) => void written.push(text) }
  const app = await buildApp({ config, db, passwords, logger: { ...options, stream } })
  t.teardown(() => app.close())
  return { app, db, config, passwords, team, written, logged: [] }
}

t.test('each line of the log is one JSON object with its time, whatever a stranger sends', async (t) => {
  const { app, team, written } = await loggedClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const lies = { 'user-agent': encodeURIComponent(HOSTILE), origin: 'https://evil.example' }
  await adam.get(`/settings/users?search=${encodeURIComponent(HOSTILE)}`)
  await adam.post('/settings/users', { firstName: HOSTILE, lastName: HOSTILE, personEmail: HOSTILE })
  await adam.post('/sign-in', { email: HOSTILE, password: HOSTILE })
  await adam.post('/settings/users', { firstName: HOSTILE }, lies)
  await adam.get(`/nowhere/${encodeURIComponent(HOSTILE)}`)
  t.ok(written.length > 8, `${written.length} lines`)
  const now = Date.now()
  for (const text of written) {
    t.match(text, /^\{.*\}\n$/)
    t.notMatch(text.slice(0, -1), /\p{Cc}|\p{Cf}|\p{Zl}/u)
    const line = JSON.parse(text)
    t.ok(Number.isInteger(line.level) && typeof line.msg === 'string')
    t.ok(Math.abs(now - line.time) < 60_000, 'milliseconds since 1970, UTC')
    t.not(line.msg, 'forged')
  }
})

t.test(
  'no password, cookie, link or search stands in the log, the events or the emails’ table',
  async (t) => {
    const clinic = await loggedClinic(t)
    const { app, db, config, team, written } = clinic
    const stranger = new Visitor(app)
    await stranger.post('/sign-in', { email: team.owner.email, password: WRONG_PASSWORD })
    const adam = new Visitor(app)
    await adam.signIn(team.administrator)
    await adam.get('/settings/users?search=Canary+Searched')
    await pressAndVerify(adam, `/settings/users/${team.invited.id}/invitation`)
    const links = [await joinPath(db, config, team.invited)]
    const ivan = new Visitor(app)
    await ivan.follow(await ivan.get(links[0] ?? ''))
    await ivan.post('/join', { password: CHOSEN_PASSWORD })
    await new Visitor(app).post('/forgot-password', { email: team.receptionist.email })
    links.push(await resetPath(db, config, team.receptionist))
    const rosa = new Visitor(app)
    await rosa.follow(await rosa.get(links[1] ?? ''))
    await rosa.post('/reset-password', { password: `${CHOSEN_PASSWORD} again` })

    const tables = ['events', 'emails', 'throttles', 'invitations', 'passwordResets'] as const
    const rows = await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute()))
    const everything = written.join('') + JSON.stringify(rows)
    t.ok(written.length > 10 && rows.flat().length > 5)
    t.match(everything, '/settings/users')
    for (const secret of [WRONG_PASSWORD, CHOSEN_PASSWORD, DEMO_PASSWORD]) {
      t.notOk(everything.includes(secret), secret)
      t.notOk(everything.includes(encodeURIComponent(secret)), secret)
    }
    for (const visitor of [adam, ivan, rosa])
      for (const value of visitor.cookies.values()) {
        t.notOk(everything.includes(value.slice(0, 20)), 'a session’s cookie')
      }
    for (const link of links)
      t.notOk(everything.includes(link.split('/').pop()?.split('.').pop() ?? '?'), 'a link')
    t.notOk(written.join('').includes('Canary+Searched'), 'a search')
  },
)
