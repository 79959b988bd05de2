import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { inWords } from '../refusal.ts'
import { AppForm, appOf, type ShownSecret, shownSecret } from '../sessions/app-set-up-page.ts'
import type { Confirmation } from '../sessions/confirmation.ts'
import { keepNewCodes } from '../sessions/new-codes.ts'
import { newPendingApp, openPendingApp } from '../sessions/pending-app.ts'
import { noteSecondStep } from '../sessions/second-step-of-request.ts'
import { actorOf, currentUser, sessionIdOf } from '../sessions/session-of-request.ts'
import { EmptyForm } from '../users/fields.ts'
import { type Form, formOf } from '../web/forms.ts'
import { words } from '../words/en.ts'
import { addOwnApp } from './change-second-step.ts'

const said = words.twoStep.setUp

declare module 'fastify' {
  interface Pages {
    'my-details/code-app': { form: Form; shown: ShownSecret }
  }
}

/** My details: set up an app with codes. Whoever does is verified before anything of it is shown. */
export const codeAppRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const keys = app.config.keys['two-step']

  app.post(
    '/start',
    {
      config: { access: 'my-details.edit', verify: startConfirmation, onInvalid: toSecondStep },
      schema: { body: EmptyForm },
    },
    async (request, reply) => {
      request.session.pendingApp = newPendingApp(keys, currentUser(request))
      return reply.redirect('/my-details/second-step/app', 303)
    },
  )

  app.get('/', { config: { access: 'my-details.edit' } }, async (request, reply) =>
    appPage(request, reply, formOf()),
  )

  app.post(
    '/',
    { config: { access: 'my-details.edit', onInvalid: appPage }, schema: { body: AppForm } },
    async (request, reply) => {
      const me = currentUser(request)
      const pending = openPendingApp(keys, me, request.session.pendingApp)
      if (!pending && request.session.newCodes) return toNewCodes(reply)
      if (!pending) return tooLate(request, reply)
      const newApp = appOf(pending, request.body)
      if ('code' in newApp) {
        const { label } = request.body
        return appPage(request, reply.code(422), formOf({ label }, [inWords(newApp)]))
      }
      const doing = { db: app.db, keys, actor: actorOf(request), sessionId: sessionIdOf(request) }
      const codes = await addOwnApp(doing, newApp)
      // What the first press left in the session stays as it is.
      if (codes === 'again') return toNewCodes(reply)
      delete request.session.pendingApp
      noteSecondStep(request, 'code')
      request.flash('notice', said.done)
      if (!codes) return reply.redirect('/my-details/second-step', 303)
      request.session.newCodes = keepNewCodes(keys, me, codes)
      return toNewCodes(reply)
    },
  )
}

async function appPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const me = currentUser(request)
  const keys = request.server.config.keys['two-step']
  const pending = openPendingApp(keys, me, request.session.pendingApp)
  if (!pending) return tooLate(request, reply)
  return reply.page('my-details/code-app', { form, shown: shownSecret(pending.secret, me) })
}

/** Also from a second press of the button. */
function toNewCodes(reply: FastifyReply): unknown {
  return reply.redirect('/my-details/second-step/recovery-codes', 303)
}

function tooLate(request: FastifyRequest, reply: FastifyReply): unknown {
  if (request.session.pendingApp) {
    delete request.session.pendingApp
    request.flash('warning', words.refusals.setUpTimedOut)
  }
  return reply.redirect('/my-details/second-step', 303)
}

async function toSecondStep(_request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  return reply.redirect('/my-details/second-step', 303)
}

async function startConfirmation(): Promise<Confirmation> {
  const { title: heading, consequence, start: button } = said
  return { heading, consequence, rows: [], button, back: words.forms.cancel, asksForCode: true }
}
