import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FieldProblem } from '../refusal.ts'
import { type Form, formOf, withoutPasswords } from '../web/forms.ts'
import { signForm } from '../web/signed-forms.ts'
import type { Confirmation } from './confirmation.ts'
import { challengeOf, partyOf } from './passkey-of-request.ts'
import { passkeysOf } from './passkeys.ts'
import { isSecondStepDue } from './second-step-of-request.ts'
import { currentUser, sessionIdOf } from './session-of-request.ts'
import { keepTyped } from './typed-form.ts'
import { requestOptions } from './webauthn.ts'

declare module 'fastify' {
  interface Pages {
    'sessions/verify-password': {
      confirmation: Confirmation
      signedForm: string
      action: string
      form: Form
      /** Whether to ask for the second step, too. */
      needsCode: boolean
      /** For a passkey in place of the password; null for whoever has none. */
      passkeyOptions: string | null
    }
  }
}

export function signedFor(request: FastifyRequest) {
  return { purpose: 'verify' as const, url: request.url, sessionId: sessionIdOf(request) }
}

/** What is about to happen, before it is verified. */
export async function showLastLook(
  request: FastifyRequest,
  reply: FastifyReply,
  confirmation: Confirmation,
): Promise<unknown> {
  const id = randomUUID()
  await keepTyped(request, id)
  const { forms } = request.server.config.keys
  const fields = withoutPasswords(request.body)
  const asksForCode = confirmation.asksForCode ?? false
  const signedForm = signForm(forms, { ...signedFor(request), id, fields, asksForCode })
  return verifyPage(request, reply, { confirmation, signedForm, asksForCode })
}

export async function verifyPage(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    confirmation,
    signedForm,
    asksForCode,
    error,
  }: { confirmation: Confirmation; signedForm: string; asksForCode: boolean; error?: FieldProblem },
): Promise<unknown> {
  return reply.page('sessions/verify-password', {
    confirmation,
    signedForm,
    needsCode: asksForCode && isSecondStepDue(request),
    passkeyOptions: await optionsFor(request, signedForm),
    action: request.url,
    form: formOf({}, error ? [error] : []),
  })
}

async function optionsFor(request: FastifyRequest, signedForm: string): Promise<string | null> {
  const me = currentUser(request)
  const known = me.secondStepSince ? await passkeysOf(request.server.db, me) : []
  if (known.length === 0) return null
  return requestOptions(partyOf(request), { challenge: challengeOf(signedForm), known })
}
