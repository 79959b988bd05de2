import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isThisMachine } from '../config/this-machine.ts'
import { NotFound } from './errors.ts'

/** Added by proxies and tunnels, whose clients aren't on this machine. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'cf-connecting-ip']

/** Pages only for people on this machine; anyone else gets a 404. */
export function answerThisMachineOnly(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (!isFromThisMachine(request)) throw new NotFound()
  })
}

// Also checks the host name: another site could point its own name at this machine (DNS rebinding).
function isFromThisMachine({ raw, headers }: FastifyRequest): boolean {
  const peer = raw.socket.remoteAddress ?? ''
  const isDirect = FORWARDED.every((name) => headers[name] === undefined)
  const name = (headers.host ?? '').replace(/:\d*$/, '')
  return isDirect && isThisMachine(peer) && isThisMachine(name)
}
