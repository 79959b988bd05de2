import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isThisMachine } from '../config/this-machine.ts'
import { NotFound } from './errors.ts'

/** What a proxy or a tunnel adds; its peer is on this machine, whoever asks through it is not. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'cf-connecting-ip']

/** For pages that are for whoever sits at this machine; to everybody else they are not there. */
export function answerThisMachineOnly(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (!isFromThisMachine(request)) throw new NotFound()
  })
}

// The name is looked at as well: a page from elsewhere can have a name of its own lead here.
function isFromThisMachine({ raw, headers }: FastifyRequest): boolean {
  const peer = raw.socket.remoteAddress ?? ''
  const isDirect = FORWARDED.every((name) => headers[name] === undefined)
  const name = (headers.host ?? '').replace(/:\d*$/, '')
  return isDirect && isThisMachine(peer) && isThisMachine(name)
}
