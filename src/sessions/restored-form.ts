import type { FastifyReply, FastifyRequest } from 'fastify'
import { formOf } from '../web/forms.ts'
import { words } from '../words/en.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The form was typed before signing in: it's checked and shown like any other, and never acts on its own. */
    restored: { wantsForm: boolean } | null
  }
}

/** The form as typed; a form that's only a button has to be pressed again. */
export async function showRestored(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { onInvalid } = request.routeOptions.config
  if (onInvalid) return onInvalid(request, reply, formOf(request.body))
  request.flash('warning', words.passwords.pressAgain)
  return reply.redirect('/', 303)
}
