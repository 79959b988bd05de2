import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { loadConfig } from '../src/config.ts'
import { openDatabase } from '../src/database/database.ts'
import { runServer } from '../src/database/embedded-server.ts'
import { migrateToLatest } from '../src/database/migrate.ts'
import { DEMO_PASSWORD, demoClinic } from '../src/demo/team.ts'
import { createPasswords } from '../src/sessions/passwords.ts'
import { privateFolder } from '../test/support/private-folder.ts'
import { freePort, startServer, untilReady } from '../test/support/server-process.ts'
import { overAndOver } from '../test/support/until.ts'
import { type Answer, Browser } from './browser.ts'

/** Two hundred people sign in at once, and hostile clients hold connections, while somebody reads the list. */
const SIGN_INS = 200
const HELD = 400
const QUIET_MS = 5_000
const DRIP_MS = 500
const SECRET = 'a secret of the bench, long enough to start'

const ends: (() => unknown)[] = []
const scope = { teardown: (end: () => unknown) => void ends.push(end) }
const databaseUrl = await runServer(privateFolder(scope))
await migrateToLatest(databaseUrl)
const db = openDatabase(databaseUrl)
ends.push(() => db.destroy())
const team = await demoClinic(db, createPasswords(loadConfig({ SECRET }).keys.passwords))
await db
  .insertInto('users')
  .values(Array.from({ length: SIGN_INS }, (_, number) => colleague(number)))
  .execute()
const port = `${await freePort()}`
const PUBLIC_URL = `http://localhost:${port}`
const server = await startServer(
  scope,
  {
    ...{ PORT: port, SECRET, DATABASE_URL: databaseUrl, PUBLIC_URL, TRUST_PROXY: 'loopback' },
  },
  [],
)
await untilReady(server)

function colleague(number: number) {
  const { clinicId, passwordHash, timeZone } = team.administrator
  return {
    ...{
      clinicId,
      passwordHash,
      timeZone,
      joinedAt: new Date(),
      role: 'receptionist' as const,
      isPractitioner: false,
    },
    ...{
      firstName: 'Kim',
      lastName: `Lee ${number}`,
      sortName: `lee ${number}\tkim`,
      email: emailOf(number),
    },
  }
}

function emailOf(number: number): string {
  return `kim${number}@harbour.example`
}

async function signIn(number: number, email = emailOf(number)): Promise<Answer & { browser: Browser }> {
  const browser = new Browser(PUBLIC_URL)
  const from = { 'x-forwarded-for': `10.1.${number >> 8}.${number & 255}` }
  return { ...(await browser.post('/sign-in', { email, password: DEMO_PASSWORD }, from)), browser }
}

async function during(what: string, browser: Browser, work: () => Promise<unknown>): Promise<void> {
  const answers: Answer[] = []
  const stop = overAndOver(scope, async () => answers.push(await browser.get('/settings/users')))
  await work()
  await stop()
  const times = answers.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  const at = (share: number) => `${times[Math.floor((times.length - 1) * share)]?.toFixed(0)} ms`
  const refused = answers.filter(({ status }) => status !== 200).length
  console.log(
    `${what}: ${answers.length} lists, ${refused} refused, median ${at(0.5)}, p95 ${at(0.95)}, slowest ${at(1)}; memory ${memoryMegabytes()} MB`,
  )
}

function memoryMegabytes(): number {
  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
}

async function loadTest(): Promise<void> {
  const answers = await Promise.all(Array.from({ length: SIGN_INS }, (_, number) => signIn(number)))
  for (const { browser } of answers) browser.close()
  const counts = new Map<number, number>()
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1)
  const busy = answers.filter(({ status }) => status === 503)
  const slowest = Math.max(...answers.map(({ milliseconds }) => milliseconds))
  const told = busy.every(({ headers }) => Number(headers['retry-after']) > 0)
  console.log(
    `  ${SIGN_INS} sign-ins at once: ${[...counts].map(([status, count]) => `${count} × ${status}`).join(', ')}; the last after ${slowest.toFixed(0)} ms; every 503 says when to try again: ${told}`,
  )
}

/** Connections that never finish what they began, so that the server has to give them up. */
async function hold(opening: string, drip: string): Promise<void> {
  let open = 0
  const sockets: Socket[] = Array.from({ length: HELD }, () => {
    const socket = connect({ port: Number(port), host: '127.0.0.1' }, () => open++)
    if (opening) socket.write(opening)
    return socket.on('error', () => {}).on('close', () => open--)
  })
  for (let waited = 0; waited < QUIET_MS; waited += DRIP_MS) {
    await delay(DRIP_MS)
    for (const socket of sockets) if (!socket.destroyed && drip) socket.write(drip)
  }
  console.log(`  ${open} of ${HELD} are still held`)
  for (const socket of sockets) socket.destroy()
}

try {
  const { browser } = await signIn(65_000, team.administrator.email)
  ends.push(() => browser.close())
  await during('nothing else', browser, () => delay(QUIET_MS))
  for (let round = 1; round <= 3; round++) await during(`load test ${round}`, browser, loadTest)
  const head = 'POST /sign-in HTTP/1.1\r\nHost: localhost\r\n'
  await during('slow headers', browser, () => hold(head, 'X-Slow: 1\r\n'))
  const body = `${head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20000\r\n\r\n`
  await during('slow bodies', browser, () => hold(body, 'a'))
  await during('half-open connections', browser, () => hold('', ''))
  await during('nothing else again', browser, () => delay(QUIET_MS))
} finally {
  for (const end of ends.toReversed()) await end()
}
