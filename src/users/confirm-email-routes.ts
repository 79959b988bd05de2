import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Form, formOf } from '../web/forms.ts'
import { openLinksTo } from '../web/opened-links.ts'
import { actorOf, signOut, userOf } from '../web/session.ts'
import { confirmEmailChange, type EmailChangeDetails, readEmailChange } from './confirm-email.ts'
import { EmptyForm } from './fields.ts'

const STATUS_CODES = { unknown: 404, used: 410, superseded: 410, withdrawn: 410, expired: 410 } as const

/** The link in the e-mail to a new address. */
export const confirmEmailRoutes: FastifyPluginAsyncTypebox = async (app) => {
  openLinksTo(app, '/confirm-email', 'confirmToken')

  app.get('/', { config: { access: 'anyone' } }, async (request, reply) =>
    confirmPage(request, reply, formOf()),
  )

  app.post(
    '/',
    { config: { access: 'anyone', onInvalid: confirmPage }, schema: { body: EmptyForm } },
    async (request, reply) => {
      const link = await linkOf(request)
      if (link.state !== 'open' || userOf(request)?.id !== link.change.userId)
        return confirmPage(request, reply, formOf())
      const { newEmail } = link.change
      const { lineage = '' } = request.session
      const outcome = await confirmEmailChange(app.db, link.change, actorOf(request), lineage)
      if (outcome === 'closed') return confirmPage(request, reply, formOf())
      if (outcome === 'taken') {
        const message = `Somebody else at ${link.change.clinicName} has ${newEmail} by now. Your address stays as it is.`
        return confirmPage(request, reply.code(422), formOf({}, [{ field: 'form', message }]))
      }
      request.flash('notice', `From now on you sign in with ${newEmail}. Every other device was signed out.`)
      return reply.redirect('/my-details', 303)
    },
  )

  app.post('/sign-out', { config: { access: 'anyone' } }, async (request, reply) => {
    await signOut(request, ['confirmToken'])
    return reply.redirect('/confirm-email', 303)
  })
}

async function confirmPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const link = await linkOf(request)
  if (link.state !== 'open')
    return reply.code(STATUS_CODES[link.state]).page('users/confirm-email-closed', link)
  if (!userOf(request)) return askToSignIn(request, reply, link.change)
  return reply.page('users/confirm-email', { ...link, form })
}

function askToSignIn(request: FastifyRequest, reply: FastifyReply, { firstName }: EmailChangeDetails) {
  request.flash('notice', `${firstName}, sign in with your present address to confirm the new one.`)
  return reply.redirect('/sign-in?next=/confirm-email', 303)
}

function linkOf(request: FastifyRequest) {
  const { db, config } = request.server
  return readEmailChange(db, config.keys.links, request.session.confirmToken ?? '')
}
