import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { hideDuration } from '../sessions/hide-duration.ts'
import { EmailField, EmptyForm } from '../users/fields.ts'
import { type Form, formOf } from '../web/forms.ts'
import { words } from '../words/en.ts'
import { countAsked } from './asked-of-request.ts'
import { clinicsOf, type FoundClinic, readMailboxLink, sendClinics } from './finder.ts'
import { forgetMailbox, keepMailbox, MAILBOX_KEPT_DAYS, mailboxOf } from './mailbox-of-request.ts'

declare module 'fastify' {
  interface Pages {
    'find-clinic/index': {
      form: Form
      isSignUpOpen: boolean
      own: { email: string; clinics: FoundClinic[] } | null
    }
    'find-clinic/asked': null
    'find-clinic/found': { email: string; clinics: FoundClinic[]; action: string; days: number }
    'find-clinic/closed': null
  }
}

const config = { access: 'anyone', at: 'bare host' } as const

const FindForm = Type.Object({ email: EmailField(words.signIn.enterEmail) }, { additionalProperties: false })

const LinkParams = Type.Object({ token: Type.String({ maxLength: 200 }) })

/** At the bare host: which clinics am I in? The answer is only ever emailed, or shown to whoever proved the mailbox. */
export const findClinicRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config }, async (request, reply) => findPage(request, reply, formOf()))

  app.post(
    '/',
    { config: { ...config, onInvalid: findPage }, schema: { body: FindForm } },
    async (request, reply) => {
      const { email } = request.body
      await hideDuration(countAsked(request, 'find clinics', email, sendClinics))
      return reply.page('find-clinic/asked')
    },
  )

  app.post('/forget', { config, schema: { body: EmptyForm } }, async (_request, reply) => {
    forgetMailbox(reply)
    return reply.redirect('/find', 303)
  })

  app.get('/:token', { config, schema: { params: LinkParams } }, async (request, reply) => {
    const email = await readMailboxLink(app.db, app.config.keys.links, request.params.token)
    if (!email) return reply.code(404).page('find-clinic/closed')
    const clinics = await clinicsOf(app.db, app.config, email)
    return reply.page('find-clinic/found', { email, clinics, action: request.url, days: MAILBOX_KEPT_DAYS })
  })

  app.post('/:token', { config, schema: { params: LinkParams, body: EmptyForm } }, async (request, reply) => {
    const email = await readMailboxLink(app.db, app.config.keys.links, request.params.token)
    if (!email) return reply.code(404).page('find-clinic/closed')
    keepMailbox(reply, email)
    return reply.redirect('/find', 303)
  })
}

async function findPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const { db, config } = request.server
  const email = mailboxOf(request)
  const own = email === null ? null : { email, clinics: await clinicsOf(db, config, email) }
  return reply.page('find-clinic/index', { form, isSignUpOpen: config.isSignUpOpen, own })
}
