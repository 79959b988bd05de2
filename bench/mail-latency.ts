import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { STAND_IN_TOKEN, startPostmark } from '../test/support/postmark-stand-in.ts'
import { freePort } from '../test/support/server-process.ts'

/** From pressing Create user to the mail at the Postmark stand-in, with a server process as `npm start` starts it. */
const ROUNDS = 15
const PASSWORD = 'seven green parrots'

const postmark = await startPostmark()
const port = `${await freePort()}`
const url = `http://localhost:${port}`
const dataDir = mkdtempSync(join(tmpdir(), 'frontdesk-bench-'))
const mail = { POSTMARK_SERVER_TOKEN: STAND_IN_TOKEN, POSTMARK_API_URL: postmark.url }
const server = spawn(process.execPath, ['--import=./src/typescript.js', 'src/server.ts'], {
  env: { PATH: process.env.PATH, PORT: port, DATA_DIR: dataDir, ...mail },
  stdio: ['ignore', 'pipe', 'inherit'],
})
let printed = ''
server.stdout.on('data', (text) => {
  printed += text
})
while (!printed.includes('setup?code=')) await delay(100)

let cookie = ''
async function post(path: string, fields: Record<string, string>): Promise<string> {
  const headers = { origin: url, cookie }
  const answer = await fetch(url + path, {
    method: 'POST',
    redirect: 'manual',
    headers,
    body: new URLSearchParams(fields),
  })
  cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
  return answer.text()
}

const code = /code=(\S+)/.exec(printed)?.[1] ?? ''
const owner = { firstName: 'Olivia', lastName: 'Hart', email: 'olivia@harbour.example', password: PASSWORD }
await post('/setup', { code, clinicName: 'Harbour Street Clinic', timeZone: 'Australia/Melbourne', ...owner })
const milliseconds: number[] = []
for (let round = 1; round <= ROUNDS; round++) {
  const person = { firstName: 'Nora', lastName: 'Lindgren', personEmail: `nora${round}@harbour.example` }
  const page = await post('/settings/users', { ...person, role: 'receptionist', isPractitioner: 'no' })
  const sealed = /name="sealed" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const pressed = performance.now()
  await post('/settings/users', { sealed, currentPassword: PASSWORD })
  while (postmark.received.length < round) await delay(1)
  milliseconds.push(performance.now() - pressed)
}
milliseconds.sort((a, b) => a - b)
const at = (share: number) => milliseconds[Math.floor((ROUNDS - 1) * share)]?.toFixed(0)
console.log(`pressed -> mail at the stand-in: median ${at(0.5)} ms, slowest ${at(1)} ms, ${ROUNDS} rounds`)

const ended = new Promise((resolve) => server.once('exit', resolve))
server.kill('SIGINT')
await ended
await postmark.stop()
rmSync(dataDir, { recursive: true, force: true })
