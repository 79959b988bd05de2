import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyError, FastifyInstance } from 'fastify'
import { log as said } from '../words/en/log.ts'
import { noteEmailEvent } from './email-events.ts'
import { readEvent } from './postmark-events.ts'

const BODY_MAX_BYTES = 256 * 1024
const USER = 'postmark'
const RETRY_AFTER_SECONDS = 30

/**
 * For Postmark alone, with a password of its own: neither sessions nor forms reach this far, so what is open here opens
 * nothing else. A wrong password is 401; after 403 Postmark would not come back.
 */
export async function webhookRoutes(app: FastifyInstance): Promise<void> {
  const { config, db } = app
  const accepted = config.postmarkWebhookPasswords.map((password) => digest(basic(password)))

  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: BODY_MAX_BYTES },
    app.getDefaultJsonParser('error', 'error'),
  )
  app.setErrorHandler(answerError)

  app.post(
    '/postmark',
    {
      config: { access: 'anyone' },
      onRequest: async (request, reply) => {
        if (isAccepted(accepted, request.headers.authorization ?? '')) return
        reply.header('www-authenticate', 'Basic realm="Frontdesk webhooks", charset="UTF-8"')
        return reply.code(401).type('text/plain; charset=utf-8').send('Unauthorized')
      },
    },
    async (request, reply) => {
      const event = readEvent(request.body)
      const isOurs = event !== null && (await noteEmailEvent(db, config, event))
      request.log.info({ type: event?.type ?? null, isOurs }, said.postmark.reported)
      return reply.type('text/plain; charset=utf-8').send('ok')
    },
  )
}

async function answerError(
  error: FastifyError,
  request: Parameters<Parameters<FastifyInstance['setErrorHandler']>[0]>[1],
  reply: Parameters<Parameters<FastifyInstance['setErrorHandler']>[0]>[2],
): Promise<unknown> {
  const status = error.statusCode ?? 503
  reply.type('text/plain; charset=utf-8')
  if (status < 500) return reply.code(status).send('Not understood')
  // The text of a database's error can repeat what was sent.
  request.log.warn({ code: error.code }, said.postmark.notKept)
  return reply.code(503).header('retry-after', RETRY_AFTER_SECONDS).send('Unavailable')
}

function basic(password: string): string {
  return `Basic ${Buffer.from(`${USER}:${password}`).toString('base64')}`
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Every password is compared, each in full, so that the time says nothing about any. */
function isAccepted(accepted: Buffer[], authorization: string): boolean {
  const given = digest(authorization.replace(/^basic +/i, 'Basic '))
  return accepted.map((expected) => timingSafeEqual(given, expected)).includes(true)
}
