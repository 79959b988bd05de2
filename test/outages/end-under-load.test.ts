import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { testDatabase } from '../support/database.ts'
import { FAKE_TOKEN } from '../support/fake-postmark.ts'
import { privateFolder } from '../support/private-folder.ts'
import { type ServerProcess, startServer } from '../support/server-process.ts'
import t from '../support/tap.ts'
import { inTime, overAndOver, until } from '../support/until.ts'
import { clinicWithConfig } from './clinic-with-config.ts'

const PUBLIC_URL = 'https://frontdesk.localhost'
const CLIENTS = 8

t.test('at its end a busy process says so first, and answers everything that it was asked', async (t) => {
  const { db, url } = await testDatabase(t)
  const environment = {
    PUBLIC_URL,
    NODE_ENV: 'production',
    SECRET: 'a secret of the tests, long enough',
    DATA_DIR: privateFolder(t),
    DATABASE_URL: url,
    POSTMARK_SERVER_TOKEN: FAKE_TOKEN,
    MAIL_FROM: 'Frontdesk <hello@frontdesk.example>',
    TRUST_PROXY: 'loopback',
  }
  await clinicWithConfig(db, environment)
  await db.deleteFrom('emails').execute()
  const server = await startServer(t, environment)
  const isReady = async () => (await statusOf(server, '/health/ready')) === 200
  await until('it is ready', isReady, { within: 120_000 })

  let draining = false
  const kept = { before: 0, after: 0 }
  const clients = Array.from({ length: CLIENTS }, (_, index) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    t.teardown(() => agent.destroy())
    return overAndOver(t, async (nth) => {
      const wasDraining = draining
      const answer = index < 2 ? await signIn(server, agent, nth) : await ask(server, agent, '/sign-in')
      t.ok(answer.status === 200 || answer.status === 422 || answer.status === 503, `${answer.status}`)
      t.match(answer.html, /<\/html>\s*$/, 'a whole page')
      if (answer.connection !== 'close') kept[wasDraining ? 'after' : 'before'] += 1
    })
  })
  await delay(500)
  server.child.kill('SIGTERM')
  await until('it says that it ends', async () => (await statusOf(server, '/health/ready')) === 503)
  draining = true
  t.equal(await statusOf(server, '/health/live'), 200)
  await delay(500)
  await Promise.all(clients.map((stop) => stop()))
  t.ok(kept.before > 0, 'connections were kept')
  t.equal(kept.after, 0, 'and are let go of while it ends')
  t.equal(await inTime('it ends', server.ended), 0)
})

interface Answer {
  status: number
  connection: string | undefined
  html: string
}

async function ask(
  { url }: ServerProcess,
  agent: Agent,
  path: string,
  form?: Record<string, string>,
): Promise<Answer> {
  const headers = { origin: PUBLIC_URL, 'content-type': 'application/x-www-form-urlencoded' }
  const host = new URL(PUBLIC_URL).host
  const options = form ? { method: 'POST', headers: { ...headers, host } } : { headers: { host } }
  const sent = request(url + path, { agent, ...options })
  sent.end(form ? new URLSearchParams(form).toString() : undefined)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const html = await text(answer)
  return { status: answer.statusCode ?? 0, connection: answer.headers.connection, html }
}

/** It takes as long as a hash does. */
function signIn(server: ServerProcess, agent: Agent, nth: number): Promise<Answer> {
  const form = { email: `nobody${nth}@frontdesk.example`, password: 'a wrong password' }
  return ask(server, agent, '/sign-in', form)
}

async function statusOf({ url }: ServerProcess, path: string): Promise<number> {
  return fetch(url + path, { headers: { connection: 'close', host: 'frontdesk.localhost' } }).then(
    ({ status }) => status,
    () => 0,
  )
}
