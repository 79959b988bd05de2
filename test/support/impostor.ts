import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { messageSplitter, typeOf } from './postgres-messages.ts'

/** What a program that is not PostgreSQL can ask of whoever takes it for PostgreSQL. */
export type Question =
  | 'the password'
  | 'its MD5'
  | 'nothing'
  | 'nothing, and is gone'
  | 'SCRAM, then the password'
  | 'half of SCRAM'
  | 'SCRAM, with a wrong proof'

interface Impostor {
  port: number
  url: string
  /** Every message it was sent after the greeting, as text. */
  heard: string[]
  /** How many came. */
  visits(): number
}

/** Listens where a PostgreSQL might, and asks for what it should not be told. */
export async function startImpostor(
  t: { teardown(work: () => void): void },
  question: Question,
  port = 0,
): Promise<Impostor> {
  const heard: string[] = []
  const open = new Set<Socket>()
  let visits = 0
  const server = createServer((socket) => {
    visits += 1
    open.add(socket.on('error', () => {}))
    const split = messageSplitter(true)
    let isGreeted = false
    socket.on('data', (chunk) => {
      for (const message of split(chunk)) {
        if (isGreeted) heard.push(message.toString('latin1'))
        socket.write(isGreeted ? answerTo(message, question) : GREETINGS[question])
        isGreeted = true
      }
    })
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  const at = (server.address() as AddressInfo).port
  const url = `postgres://frontdesk:${TOLD_TO_NOBODY}@127.0.0.1:${at}/postgres`
  return { port: at, url, heard, visits: () => visits }
}

export const TOLD_TO_NOBODY = 'a-password-for-nobody-else'

const [OK, CLEARTEXT, MD5, SASL, SASL_CONTINUE, SASL_FINAL] = [0, 3, 5, 10, 11, 12]
const WELCOME = Buffer.concat([asking(OK), Buffer.from('Z\0\0\0\x05I', 'latin1')])
/** As PostgreSQL says when its postmaster has been killed. */
const GOOD_BYE = Buffer.concat([
  Buffer.from('E\0\0\0\x29', 'latin1'),
  Buffer.from('SFATAL\0VFATAL\0C57P01\0Mgone away now\0\0', 'latin1'),
])
const OFFER_SCRAM = asking(SASL, 'SCRAM-SHA-256\0\0')

const GREETINGS: Record<Question, Buffer> = {
  'the password': asking(CLEARTEXT),
  'its MD5': asking(MD5, 'salt'),
  nothing: WELCOME,
  'nothing, and is gone': Buffer.concat([WELCOME, GOOD_BYE]),
  'SCRAM, then the password': OFFER_SCRAM,
  'half of SCRAM': OFFER_SCRAM,
  'SCRAM, with a wrong proof': OFFER_SCRAM,
}

function answerTo(message: Buffer, question: Question): Buffer {
  if (typeOf(message) !== 'p') return Buffer.alloc(0)
  if (question === 'SCRAM, then the password') return asking(CLEARTEXT)
  if (!question.includes('SCRAM')) return WELCOME
  const nonce = /,,n=\*,r=(.+)/.exec(message.toString('latin1'))?.[1]
  if (nonce) return asking(SASL_CONTINUE, `r=${nonce}more,s=c2FsdA==,i=4096`)
  // The proof of its own that should follow is left out, or wrong.
  return question === 'half of SCRAM' ? WELCOME : Buffer.concat([asking(SASL_FINAL, 'v=bm9wZQ=='), WELCOME])
}

function asking(what: number, rest = ''): Buffer {
  const head = Buffer.from('R\0\0\0\0\0\0\0\0', 'latin1')
  head.writeInt32BE(8 + rest.length, 1)
  head.writeInt32BE(what, 5)
  return Buffer.concat([head, Buffer.from(rest, 'latin1')])
}
