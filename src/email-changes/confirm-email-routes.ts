import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { keepOpened, LinkField, linksOf, openedIn, openLinksTo } from '../sessions/opened-links-plugin.ts'
import { actorOf, sessionIdOf, signOut, userOf } from '../sessions/session-of-request.ts'
import { type Form, formOf } from '../web/forms.ts'
import { words } from '../words/en.ts'
import { confirmEmailChange } from './confirm-email.ts'
import {
  CLOSED_STATUS_CODES,
  type ClosedLink,
  type EmailChangeDetails,
  readEmailChange,
} from './email-change-link.ts'

declare module 'fastify' {
  interface Pages {
    'email-changes/confirm-email': { form: Form; change: EmailChangeDetails; link: string }
    'email-changes/confirm-email-closed': Pick<ClosedLink, 'state'>
  }
}

const ConfirmForm = Type.Object(LinkField, { additionalProperties: false })

/** The link in the email to a new address. */
export const confirmEmailRoutes: FastifyPluginAsyncTypebox = async (app) => {
  openLinksTo(app, 'email change', { read: readEmailChange, closed: 'email-changes/confirm-email-closed' })

  app.get('/', { config: { access: 'anyone' } }, async (request, reply) =>
    confirmPage(request, reply, formOf()),
  )

  app.post(
    '/',
    { config: { access: 'anyone', onInvalid: confirmPage }, schema: { body: ConfirmForm } },
    async (request, reply) => {
      const link = await linkOf(request)
      if (link.state !== 'open' || userOf(request)?.id !== link.change.userId)
        return confirmPage(request, reply, formOf())
      const { newEmail } = link.change
      const sessionId = sessionIdOf(request)
      const outcome = await confirmEmailChange(app.db, link.change, actorOf(request), sessionId)
      if (outcome === 'closed') return confirmPage(request, reply, formOf(), true)
      if (outcome === 'taken') {
        const message = words.confirmEmail.taken({ clinicName: link.change.clinicName, email: newEmail })
        return confirmPage(request, reply.code(422), formOf({}, [{ field: 'form', message }]))
      }
      request.flash('notice', words.confirmEmail.done({ email: newEmail }))
      return reply.redirect('/my-details', 303)
    },
  )

  app.post('/sign-out', { config: { access: 'anyone', fromAnywhere: true } }, async (request, reply) => {
    await signOut(request)
    keepOpened(reply, 'email change', openedIn(request, 'email change'))
    return reply.redirect('/confirm-email', 303)
  })
}

async function confirmPage(
  request: FastifyRequest,
  reply: FastifyReply,
  form: Form,
  wasRefused = false,
): Promise<unknown> {
  const link = await linkOf(request)
  // The link itself is fine, but the person who requested it has lost the right to.
  if (link.state === 'open' && wasRefused)
    return reply
      .code(CLOSED_STATUS_CODES.withdrawn)
      .page('email-changes/confirm-email-closed', { state: 'withdrawn' })
  // Whoever reads a mistyped address learns nothing of whose link it is.
  if (!('change' in link))
    return reply
      .code(CLOSED_STATUS_CODES[link.state])
      .page('email-changes/confirm-email-closed', { state: link.state })
  const opened = openedIn(request, 'email change')
  if (userOf(request)) return reply.page('email-changes/confirm-email', { ...link, form, link: opened })
  keepOpened(reply, 'email change', opened)
  return reply.redirect('/sign-in?next=/confirm-email', 303)
}

function linkOf(request: FastifyRequest) {
  return readEmailChange(request.server.db, linksOf(request), openedIn(request, 'email change'))
}
