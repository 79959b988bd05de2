import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Id } from '../database/schema.ts'
import { IdParams } from '../users/fields.ts'
import { NotFound } from '../web/errors.ts'
import { type CapturedEmail, deliveryWords, findEmail, listEmails } from './captured.ts'
import { LETTERS } from './letters.ts'
import { capturesEmail } from './mailer.ts'
import type { Message } from './message.ts'

const Page = Type.Object({ before: Type.Optional(IdParams.properties.id) })

/** Splits a text so that every second piece is a link. */
const LINK = /(https?:\/\/\S+)/

/** Links in the frame open as the page, and only when pressed. */
const SANDBOX = 'allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation'
const EMAIL_POLICY = `default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; sandbox ${SANDBOX}`

/** Open to anyone, because whoever tries Frontdesk reads the first invitation here before they have an account. */
export const outboxRoutes: FastifyPluginAsyncTypebox = async (app) => {
  if (app.config.production || !capturesEmail(app.config)) return

  async function written(id: Id): Promise<{ email: CapturedEmail; message: Message }> {
    const email = await findEmail(app.db, id)
    const message = email && (await LETTERS[email.kind].write(app.db, app.config, email))
    if (!message) throw new NotFound()
    return { email, message }
  }

  app.get('/', { config: { access: 'anyone' }, schema: { querystring: Page } }, async (request, reply) => {
    const { emails, older } = await listEmails(app.db, request.query.before)
    const rows = emails.map((email) => ({ ...email, state: deliveryWords(email) }))
    return reply.page('outbox/index', { rows, older })
  })

  app.get('/:id', { config: { access: 'anyone' }, schema: { params: IdParams } }, async (request, reply) => {
    const { email, message } = await written(request.params.id)
    const from = app.config.mailFrom
    const pieces = message.text.split(LINK)
    return reply.page('outbox/show', {
      email,
      message,
      from,
      pieces,
      state: deliveryWords(email),
      sandbox: SANDBOX,
    })
  })

  app.get(
    '/:id/html',
    { config: { access: 'anyone' }, schema: { params: IdParams } },
    async (request, reply) => {
      const { message } = await written(request.params.id)
      // A sandboxed page has no origin of its own, and browsers complain when it is asked to be keyed by one.
      return reply
        .removeHeader('origin-agent-cluster')
        .headers({ 'content-security-policy': EMAIL_POLICY, 'x-frame-options': 'SAMEORIGIN' })
        .type('text/html; charset=utf-8')
        .send(message.html.replace('<head>', '<head>\n<base target="_top">'))
    },
  )
}
