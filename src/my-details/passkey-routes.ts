import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { inWords, problem } from '../refusal.ts'
import type { Confirmation } from '../sessions/confirmation.ts'
import { keepNewCodes } from '../sessions/new-codes.ts'
import { PasskeyForm, passkeyOf } from '../sessions/new-passkey-page.ts'
import { offerPasskey } from '../sessions/passkey-of-request.ts'
import { noteSecondStep } from '../sessions/second-step-of-request.ts'
import { actorOf, currentUser, sessionIdOf } from '../sessions/session-of-request.ts'
import { EmptyForm } from '../users/fields.ts'
import { type Form, formOf } from '../web/forms.ts'
import { words } from '../words/en.ts'
import { addOwnPasskey } from './change-second-step.ts'

const said = words.twoStep.passkeys

declare module 'fastify' {
  interface Session {
    /** Until when the person who has just been verified may make a passkey. */
    passkeyUntil?: string
  }
  interface Pages {
    'my-details/passkey': { form: Form; options: string }
  }
}

const SET_UP_MINUTES = 15

/** My details: make a passkey. The button that leads here is made by the page's script. */
export const ownPasskeyRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const keys = app.config.keys['two-step']

  app.post(
    '/start',
    {
      config: { access: 'my-details.edit', verify: startConfirmation, onInvalid: toSecondStep },
      schema: { body: EmptyForm },
    },
    async (request, reply) => {
      request.session.passkeyUntil = new Date(Date.now() + SET_UP_MINUTES * 60_000).toISOString()
      return reply.redirect('/my-details/second-step/passkeys/new', 303)
    },
  )

  app.get('/new', { config: { access: 'my-details.edit' } }, async (request, reply) =>
    passkeyPage(request, reply, formOf()),
  )

  app.post(
    '/',
    { config: { access: 'my-details.edit', onInvalid: passkeyPage }, schema: { body: PasskeyForm } },
    async (request, reply) => {
      if (!isVerified(request)) return toSecondStep(request, reply)
      const passkey = await passkeyOf(request, request.body)
      if (!passkey) {
        const { label } = request.body
        const refused = inWords(problem('form', 'passkeyRefused'))
        return passkeyPage(request, reply.code(422), formOf({ label }, [refused]))
      }
      const doing = { db: app.db, keys, actor: actorOf(request), sessionId: sessionIdOf(request) }
      const codes = await addOwnPasskey(doing, passkey)
      delete request.session.passkeyUntil
      noteSecondStep(request, 'passkey')
      request.flash('notice', said.done)
      if (!codes) return reply.redirect('/my-details/second-step', 303)
      request.session.newCodes = keepNewCodes(keys, currentUser(request), codes)
      return reply.redirect('/my-details/second-step/recovery-codes', 303)
    },
  )
}

function isVerified({ session }: FastifyRequest): boolean {
  return session.passkeyUntil !== undefined && Date.parse(session.passkeyUntil) > Date.now()
}

async function passkeyPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  if (!isVerified(request)) return toSecondStep(request, reply)
  const options = await offerPasskey(request, currentUser(request))
  return reply.page('my-details/passkey', { form, options })
}

async function toSecondStep(_request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  return reply.redirect('/my-details/second-step', 303)
}

async function startConfirmation(): Promise<Confirmation> {
  const { title: heading, consequence, start: button } = said
  return { heading, consequence, rows: [], button, back: words.forms.cancel, asksForCode: true }
}
