import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Sent as a download. */
export function sendCsv(reply: FastifyReply, fileName: string, body: string | Readable): FastifyReply {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(body)
}
