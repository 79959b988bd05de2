import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type Answer, accept, respond } from './postmark-answers.ts'

export type { Answer }

export interface Received {
  token: string | undefined
  body: Record<string, string>
  answer: Answer
  messageId: string | null
}

export interface FakePostmark {
  url: string
  /** What was asked of the API, oldest first. */
  received: Received[]
  /** Tokens that followed a redirect to another origin: must stay empty. */
  leakedTokens: string[]
  /** Answers for the next requests, used up one by one; after that everything is accepted. */
  answerNext(...answers: Answer[]): void
  /** From now on everything is accepted, whatever was planned. */
  forget(): void
  answerAlways(recipient: string, answer: Answer): void
  /** Runs before each answer, with the request already recorded. */
  beforeAnswering(work: () => Promise<void>): void
  stop(): Promise<void>
}

export const FAKE_TOKEN = '00000000-aaaa-4bbb-8ccc-123456789012'

/** A server on loopback that speaks Postmark's POST /email, and misbehaves when told to. */
export async function startFakePostmark(port = 0): Promise<FakePostmark> {
  const received: Received[] = []
  const leakedTokens: string[] = []
  const next: Answer[] = []
  const always = new Map<string, Answer>()
  let beforeAnswering = async () => {}

  const elsewhere = createServer((request, response) => {
    leakedTokens.push(String(request.headers['x-postmark-server-token']))
    accept(response, randomUUID(), '')
  })
  const api = createServer(async (request, response) => {
    const entry = await read(request)
    const answer = problemOf(request, entry) ?? always.get(entry.body.To ?? '') ?? next.shift() ?? 'accepted'
    const messageId = answer === 'accepted' ? randomUUID() : null
    received.push({ ...entry, answer, messageId })
    await beforeAnswering()
    respond(response, { answer, messageId, to: entry.body.To ?? '', elsewhere: originOf(elsewhere) })
  })
  await Promise.all([listen(elsewhere, 0), listen(api, port)])

  return {
    url: originOf(api),
    received,
    leakedTokens,
    answerNext: (...answers) => next.push(...answers),
    forget() {
      next.length = 0
    },
    answerAlways: (recipient, answer) => always.set(recipient, answer),
    beforeAnswering(work) {
      beforeAnswering = work
    },
    async stop() {
      for (const server of [api, elsewhere]) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}

type Server = ReturnType<typeof createServer>

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function read(request: IncomingMessage): Promise<Pick<Received, 'token' | 'body'>> {
  const token = request.headers['x-postmark-server-token']?.toString()
  try {
    return { token, body: JSON.parse(await text(request)) }
  } catch {
    return { token, body: {} }
  }
}

function problemOf(
  request: IncomingMessage,
  { token, body }: Pick<Received, 'token' | 'body'>,
): Answer | null {
  if (token !== FAKE_TOKEN) return 'bad token'
  const { From = '', To = '', Subject = '', ReplyTo = '', HtmlBody, TextBody, MessageStream } = body
  const oneLine = [From, To, Subject, ReplyTo].every((header) => header && !/[\r\n]/.test(header))
  const oneRecipient = /^[^\s,;]+@[^\s,;]+$/.test(To) && !body.Cc && !body.Bcc
  const asked = request.method === 'POST' && request.url === '/email'
  return asked && oneLine && oneRecipient && HtmlBody && TextBody && MessageStream ? null : 'invalid request'
}

if (import.meta.filename === process.argv[1]) {
  const postmark = await startFakePostmark(Number(process.argv[2] ?? 0))
  process.stderr.write(`POSTMARK_API_URL=${postmark.url} POSTMARK_SERVER_TOKEN=${FAKE_TOKEN}\n`)
  postmark.beforeAnswering(async () => {
    process.stdout.write(`${JSON.stringify(postmark.received.at(-1))}\n`)
  })
}
