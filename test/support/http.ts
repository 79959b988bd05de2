import { once } from 'node:events'
import { type Agent, type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Connection } from './browser.ts'

interface Options {
  /** Where the request goes, whatever host it names. */
  originOf: () => string
  /** None: a connection for each request. */
  agent?: Agent
  /** Milliseconds. */
  answersWithin: number
}

/** To a process of its own. */
export function overHttp({ originOf, agent, answersWithin }: Options): Connection {
  return async ({ method, url, headers, payload = '' }) => {
    const isKnown = !(payload instanceof Readable) && payload.length > 0
    const length = isKnown ? { 'content-length': `${Buffer.byteLength(payload)}` } : {}
    const sent = request(originOf() + url, {
      ...{ method, agent: agent ?? false, headers: { ...length, ...headers } },
    })
    sent.setTimeout(answersWithin, () => sent.destroy(new Error(`No answer to ${method} ${url}`)))
    if (payload instanceof Readable) payload.pipe(sent)
    else sent.end(payload)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    const html = await text(answer)
    const cookies = answer.headers['set-cookie'] ?? []
    return { status: answer.statusCode ?? 0, headers: answer.headers, cookies, html }
  }
}
