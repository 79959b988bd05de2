import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { clinicIdOf } from '../clinics/clinic-of-request.ts'
import type { Id } from '../database/schema.ts'
import { EMAIL_KINDS } from '../email-kinds.ts'
import { capturesEmail } from '../emails/mailer.ts'
import type { Message } from '../emails/message.ts'
import { IdParams } from '../users/fields.ts'
import { NotFound } from '../web/errors.ts'
import { answerThisMachineOnly } from '../web/this-machine-only.ts'
import { words } from '../words/en.ts'
import { type CapturedEmail, deliveryWords, findEmail, hasText, listEmails } from './captured.ts'
import { messageWords, type ShownMessage, sendHtml } from './message-page.ts'
import { SAMPLE_SLUGS, sampleMessage } from './samples.ts'

declare module 'fastify' {
  interface Pages {
    'outbox/index': { rows: ReturnType<typeof rowOf>[]; older: Id | null }
    'outbox/previews': { kinds: [slug: string, kind: string][] }
    'outbox/show': { state: string; htmlPath: string; back: { href: string; text: string } } & ShownMessage
  }
}

const LIST = { href: '/outbox', text: words.outbox.title }

const PREVIEWS = { href: '/outbox/previews', text: words.outbox.previews.title }

/** At the bare host is what the installation itself sends. */
const OPEN = { access: 'anyone', at: 'any host' } as const

const Page = Type.Object({ before: Type.Optional(IdParams.properties.id) })

/** Open to anyone on this machine: people trying Frontdesk read their first invitation here before they have an account. */
export const outboxRoutes: FastifyPluginAsyncTypebox = async (app) => {
  if (app.config.production || !capturesEmail(app.config)) return
  answerThisMachineOnly(app)

  async function written(request: FastifyRequest): Promise<{ email: CapturedEmail; message: Message }> {
    const { id } = request.params as { id: Id }
    const email = await findEmail(app.db, clinicIdOf(request), id)
    const message = email && (await EMAIL_KINDS[email.kind].write(app.db, app.config, email))
    if (!message) throw new NotFound()
    return { email, message }
  }

  async function sampled(request: FastifyRequest): Promise<{ slug: string; message: Message }> {
    const { kind: slug } = request.params as { kind: string }
    const kind = SAMPLE_SLUGS.get(slug)
    if (!kind) throw new NotFound()
    return { slug, message: await sampleMessage(app.db, app.config, kind) }
  }

  app.get('/', { config: OPEN, schema: { querystring: Page } }, async (request, reply) => {
    const { emails, older } = await listEmails(app.db, clinicIdOf(request), request.query.before)
    return reply.page('outbox/index', { rows: emails.map(rowOf), older })
  })

  app.get('/previews', { config: OPEN }, async (_request, reply) =>
    reply.page('outbox/previews', {
      kinds: [...SAMPLE_SLUGS].map(([slug, kind]) => [slug, words.emailStates.kinds[kind]]),
    }),
  )

  app.get('/previews/:kind', { config: OPEN }, async (request, reply) => {
    const { slug, message } = await sampled(request)
    const shown = {
      state: words.outbox.previews.state,
      htmlPath: `/outbox/previews/${slug}/html`,
      back: PREVIEWS,
    }
    return reply.page('outbox/show', { ...shown, ...messageWords(message) })
  })

  app.get('/previews/:kind/html', { config: OPEN }, async (request, reply) =>
    sendHtml(reply, (await sampled(request)).message),
  )

  app.get('/:id', { config: OPEN, schema: { params: IdParams } }, async (request, reply) => {
    const { email, message } = await written(request)
    const shown = { state: deliveryWords(email), htmlPath: `/outbox/${email.id}/html`, back: LIST }
    return reply.page('outbox/show', { ...shown, ...messageWords(message) })
  })

  app.get('/:id/html', { config: OPEN, schema: { params: IdParams } }, async (request, reply) => {
    const { message } = await written(request)
    return sendHtml(reply, message)
  })
}

function rowOf(email: CapturedEmail) {
  const { id, recipient } = email
  return {
    id,
    recipient,
    kindWords: words.emailStates.kinds[email.kind],
    state: deliveryWords(email),
    hasText: hasText(email),
  }
}
