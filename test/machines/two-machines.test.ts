import { type Config, loadConfig } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import { DEMO_PASSWORD, demoClinic, type Team } from '../../src/demo/team.ts'
import { createPasswords } from '../../src/sessions/passwords.ts'
import { Browser, PUBLIC_URL } from '../crash/browser.ts'
import { NEW_USER } from '../support/add-user.ts'
import { type Balancer, startBalancer } from '../support/balancer.ts'
import { testDatabase } from '../support/database.ts'
import { FAKE_TOKEN, type FakePostmark, startFakePostmark } from '../support/fake-postmark.ts'
import { joinPath } from '../support/invitations.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import { CHEAP_PASSWORDS, startServer, untilReady } from '../support/server-process.ts'
import t from '../support/tap.ts'
import { until } from '../support/until.ts'
import { hidden, type Visit } from '../support/visitor.ts'

type Test = Parameters<typeof testDatabase>[0]

interface Machines {
  db: Database
  config: Config
  team: Team
  postmark: FakePostmark
  balancer: Balancer
}

interface Way {
  isPooled: boolean
  DATABASE_PREPARED: 'on' | 'off'
}

/** Two processes that share nothing but the database, behind a balancer that gives each request to the next. */
async function twoMachines(t: Test, { DATABASE_PREPARED, isPooled }: Way): Promise<Machines> {
  const { db, url } = await testDatabase(t)
  const postmark = await startFakePostmark()
  t.teardown(() => postmark.stop())
  const environment = {
    ...{
      PUBLIC_URL,
      DATABASE_URL: isPooled ? await startPgBouncer(t, url) : url,
      SECRET: 'a secret of two machines, long enough',
    },
    ...{ MAIL_FROM: 'Frontdesk <hello@frontdesk.example>', TRUST_PROXY: 'loopback' },
    DATABASE_PREPARED,
    ...{ POSTMARK_SERVER_TOKEN: FAKE_TOKEN, POSTMARK_API_URL: postmark.url },
  }
  const config = loadConfig(environment)
  const team = await demoClinic(db, createPasswords(config.keys.passwords, { cost: 4 }))
  const servers = await Promise.all([1, 2].map(() => startServer(t, { ...environment, ...CHEAP_PASSWORDS })))
  await Promise.all(servers.map(untilReady))
  const urls = servers.map((server) => server.url)
  return { db, config, team, postmark, balancer: await startBalancer(t, urls) }
}

const people = ({ balancer }: Machines) => {
  let number = 0
  const processes = { apps: [{ url: balancer.url, isDown: false }] }
  return async (user?: { email: string }): Promise<Browser> => {
    number += 1
    const browser = new Browser(processes, number)
    if (user) await browser.post('/sign-in', { email: user.email, password: DEMO_PASSWORD })
    return browser
  }
}

async function add(browser: Browser, personEmail: string): Promise<Visit[]> {
  const look = await browser.post('/settings/users', { ...NEW_USER, personEmail })
  const verifying = { signedForm: hidden(look, 'signedForm'), currentPassword: DEMO_PASSWORD }
  // Pressed twice: each process gets one of them.
  return Promise.all([1, 2].map(() => browser.post('/settings/users', verifying)))
}

const WAYS: Record<string, Way> = {
  'on one PostgreSQL': { isPooled: false, DATABASE_PREPARED: 'on' },
  'through PgBouncer in transaction mode': { isPooled: true, DATABASE_PREPARED: 'off' },
  'through a PgBouncer that loses prepared statements': { isPooled: true, DATABASE_PREPARED: 'on' },
}

for (const [name, way] of Object.entries(WAYS)) {
  t.test(`two machines ${name} are one Frontdesk`, async (t) => {
    const machines = await twoMachines(t, way)
    const { db, config, team, postmark, balancer } = machines
    const visit = people(machines)

    const adam = await visit(team.administrator)
    for (let page = 0; page < 4; page++) t.equal((await adam.get('/settings/users')).status, 200)
    const emails = [1, 2].map((n) => `nora${n}@harbour.example`)
    for (const email of emails) {
      const [first, second] = await add(adam, email)
      t.equal(first?.status, 303)
      t.equal(first?.location, second?.location, 'two presses, two processes, one person')
    }

    for (const email of emails) {
      const { id } = await db
        .selectFrom('users')
        .select('id')
        .where('email', '=', email)
        .executeTakeFirstOrThrow()
      const nora = await visit()
      await nora.get(await joinPath(db, config, { id }))
      const joined = await nora.post('/join', { password: 'seven green parrots' })
      t.equal(joined.location, '/my-details')
      t.match(await nora.get('/my-details'), { status: 200, text: /Nora Lindgren/ })
    }
    const sentTo = () =>
      postmark.received.map(({ body }) => body.To ?? '').filter((to) => to.includes('nora'))
    await until('both invitations have left', () => sentTo().length >= emails.length)
    t.equal(new Set(sentTo()).size, sentTo().length, 'every invitation left once')

    const phone = await visit(team.administrator)
    const elsewhere = '/my-details/sessions/sign-out'
    const signedForm = hidden(await adam.post(elsewhere, {}), 'signedForm')
    await adam.post(elsewhere, { signedForm, currentPassword: DEMO_PASSWORD })
    for (const _ of balancer.handed) t.match((await phone.get('/my-details')).location, /^\/sign-in/)

    const { email } = team.receptionist
    const thieves = await Promise.all(Array.from({ length: 8 }, () => visit()))
    const tries = await Promise.all(
      thieves.map((thief, n) => thief.post('/sign-in', { email, password: `wrong horse ${n}` })),
    )
    const statuses = tries.map(({ status }) => status).sort()
    t.same(statuses, [422, 422, 422, 422, 422, 429, 429, 429], 'wrong passwords are counted together')
    t.ok(Math.min(...balancer.handed) > 10, 'both had their share')
  })
}
