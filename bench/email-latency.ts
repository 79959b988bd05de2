import { FAKE_TOKEN, type FakePostmark, startFakePostmark } from '../test/support/fake-postmark.ts'
import { privateFolder } from '../test/support/private-folder.ts'
import { type Scope, scoped } from '../test/support/scope.ts'
import { freePort, startServer, untilReady } from '../test/support/server-process.ts'
import { until } from '../test/support/until.ts'
import { Browser, hidden } from './browser.ts'

/** From pressing Create user to the email at the fake of Postmark, with a server process as `npm start` starts it. */
const ROUNDS = 15
const PASSWORD = 'seven green parrots'
const TIME_ZONE = 'Australia/Melbourne'

await scoped(async (scope) => {
  const postmark = await startFakePostmark()
  scope.teardown(() => postmark.stop())
  const owner = await setUp(scope, postmark)
  const milliseconds: number[] = []
  for (let round = 1; round <= ROUNDS; round++) milliseconds.push(await press(owner, postmark, round))
  milliseconds.sort((a, b) => a - b)
  const at = (share: number) => milliseconds[Math.floor((ROUNDS - 1) * share)]?.toFixed(0)
  console.log(`pressed -> email at the fake: median ${at(0.5)} ms, slowest ${at(1)} ms, ${ROUNDS} rounds`)
})

async function setUp(scope: Scope, postmark: FakePostmark): Promise<Browser> {
  const port = `${await freePort()}`
  const fake = { POSTMARK_SERVER_TOKEN: FAKE_TOKEN, POSTMARK_API_URL: postmark.url }
  const environment = { PORT: port, DATA_DIR: privateFolder(scope), ...fake }
  const server = await startServer(scope, environment, [])
  await untilReady(server)
  const code = /setup\?code=(\S+)/.exec(server.stdout())?.[1] ?? ''
  const browser = new Browser(`http://localhost:${port}`)
  scope.teardown(() => browser.close())
  const owner = { firstName: 'Olivia', lastName: 'Hart', email: 'olivia@harbour.example', password: PASSWORD }
  await browser.post('/setup', { code, clinicName: 'Harbour Street Clinic', timeZone: TIME_ZONE, ...owner })
  return browser
}

async function press(owner: Browser, postmark: FakePostmark, round: number): Promise<number> {
  const person = { firstName: 'Nora', lastName: 'Lindgren', personEmail: `nora${round}@harbour.example` }
  const work = { role: 'receptionist', isPractitioner: 'no', timeZone: TIME_ZONE }
  const lastLook = await owner.post('/settings/users', { ...person, ...work })
  const verifying = { signedForm: hidden(lastLook, 'signedForm'), currentPassword: PASSWORD }
  const pressed = performance.now()
  await owner.post('/settings/users', verifying)
  await until(`email ${round} arrives`, () => postmark.received.length >= round, { every: 1 })
  return performance.now() - pressed
}
