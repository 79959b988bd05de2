import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { FastifyInstance } from 'fastify'
import { testClinic } from '../support/app.ts'
import t from '../support/tap.ts'

const WITHIN_MS = 10_000

async function portOf(app: FastifyInstance): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

/** Everything that comes back until the other side hangs up. */
async function say(port: number, ...lines: string[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', timeout: WITHIN_MS })
  socket.once('timeout', () => socket.destroy(new Error(`no end after ${lines[0]}`)))
  await once(socket, 'connect')
  socket.write(lines.join('\r\n'))
  return text(socket)
}

const HOST = 'Host: frontdesk.localhost'
const FORM = 'Content-Type: application/x-www-form-urlencoded'
const SMUGGLED = 'GET /health/live HTTP/1.1'

t.test(
  'one request cannot be read as two: what is unclear about its length is refused and hung up on',
  async (t) => {
    const { app } = await testClinic(t)
    const port = await portOf(app)
    const unclear: Record<string, string[]> = {
      'both lengths': [
        'Content-Length: 6',
        'Transfer-Encoding: chunked',
        '',
        '0',
        '',
        SMUGGLED,
        HOST,
        '',
        '',
      ],
      'two lengths': ['Content-Length: 0', 'Content-Length: 5', '', 'a=1&b', SMUGGLED, HOST, '', ''],
      'a length that is none': ['Content-Length: +5', '', 'a=1&b', SMUGGLED, HOST, '', ''],
      'a folded header': ['X-Folded: one', ' two', 'Content-Length: 0', '', '', SMUGGLED, HOST, '', ''],
      'an unknown coding': ['Transfer-Encoding: chunked, identity', '', '0', '', SMUGGLED, HOST, '', ''],
      'a space before the colon': ['Content-Length : 0', '', '', SMUGGLED, HOST, '', ''],
      'a chunk that is not hexadecimal': [
        'Transfer-Encoding: chunked',
        '',
        'zz',
        'a',
        '0',
        '',
        SMUGGLED,
        HOST,
        '',
        '',
      ],
      'a bare line feed': ['X-Bare: one\nTransfer-Encoding: chunked', '', '0', '', SMUGGLED, HOST, '', ''],
    }
    for (const [what, lines] of Object.entries(unclear)) {
      const answer = await say(port, 'POST /sign-in HTTP/1.1', HOST, FORM, ...lines)
      t.match(answer, /^HTTP\/1\.1 400 /, what)
      t.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1, `${what}: one answer`)
    }
  },
)

t.test('each answer is as long as it says', async (t) => {
  const { app } = await testClinic(t)
  const port = await portOf(app)
  for (const path of ['/sign-in', '/nowhere', '/health/live', '/favicon.ico']) {
    const answer = await say(port, `GET ${path} HTTP/1.1`, HOST, 'Connection: close', '', '')
    const [head = '', body = ''] = answer.split(/\r\n\r\n(.*)/s)
    t.equal(Number(/content-length: (\d+)/i.exec(head)?.[1]), Buffer.byteLength(body), path)
    const alone = await say(port, `HEAD ${path} HTTP/1.1`, HOST, 'Connection: close', '', '')
    t.equal(alone.split('\r\n\r\n')[1], '', `HEAD ${path} has no body`)
  }
})

t.test('TRACE echoes nothing', async (t) => {
  const { app } = await testClinic(t)
  const port = await portOf(app)
  for (const method of ['TRACE', 'TRACK', 'CONNECT']) {
    const answer = await say(
      port,
      `${method} /sign-in HTTP/1.1`,
      HOST,
      'X-Canary: echo me',
      'Connection: close',
      '',
      '',
    )
    t.notMatch(answer, /echo me/, method)
    t.notMatch(answer, /^HTTP\/1\.1 2/, method)
  }
})
