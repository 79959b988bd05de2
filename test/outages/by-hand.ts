import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { privateFolder } from '../support/private-folder.ts'
import { type Scope, scoped } from '../support/scope.ts'
import { startServer, untilReady } from '../support/server-process.ts'
import { inTime } from '../support/until.ts'
import { fillDisk } from './full-disk.ts'

const IN_FLIGHT_MAX_MS = 10_000
const TOLERANCE_MS = 3_000

/** Outages that take too long for the suite, or root. Answers what went wrong. */
export async function playOutages(say: (line: string) => void): Promise<string[]> {
  return scoped(async (scope) => [...(await neverFinished(scope, say)), ...(await fullDisk(scope, say))])
}

async function neverFinished(scope: Scope, say: (line: string) => void): Promise<string[]> {
  const server = await startServer(scope, { DATA_DIR: privateFolder(scope) })
  await untilReady(server)
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => {})
  socket.write('POST /sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n')
  socket.write('Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\nemail')
  await delay(200)
  const began = performance.now()
  server.child.kill('SIGTERM')
  const status = await inTime('it ends', server.ended)
  const took = Math.round(performance.now() - began)
  say(`SIGTERM while somebody never finishes a form: it ended after ${took} ms with status ${status}`)
  const isInTime = took < IN_FLIGHT_MAX_MS + TOLERANCE_MS
  return status === 0 && isInTime ? [] : ['A form that is never finished holds up the end']
}

async function fullDisk(scope: Scope, say: (line: string) => void): Promise<string[]> {
  if (process.getuid?.() !== 0) return ['The full disk needs root, for a mount of its own']
  const { answers, lost, acknowledged, backAfterMs, processEnded } = await fillDisk(scope)
  for (const [phase, counts] of Object.entries(answers)) say(`${phase}: ${JSON.stringify(counts)}`)
  say(`${acknowledged} acknowledged, ${lost.length} lost; ready again ${backAfterMs} ms after room was made`)
  const unclear = Object.values(answers).some((counts) =>
    Object.keys(counts).some((status) => status === '500'),
  )
  return [
    ...lost.map((email) => `Acknowledged and lost: ${email}`),
    ...(processEnded ? ['The process ended'] : []),
    ...(unclear ? ['An answer was a 500'] : []),
    ...(answers['room again']['303'] ? [] : ['Nothing works after room was made']),
  ]
}
