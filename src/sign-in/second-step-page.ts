import type { FastifyReply, FastifyRequest } from 'fastify'
import { clinicOriginOf } from '../clinics/clinic-of-request.ts'
import type { SecondStep, User } from '../database/schema.ts'
import { noteThisBrowser } from '../sessions/known-browser-of-request.ts'
import { dropOpened, keepOpened } from '../sessions/opened-links-plugin.ts'
import { beginPending } from '../sessions/pending-of-request.ts'
import { originOf, startSession } from '../sessions/session-of-request.ts'
import { ownPath } from '../web/own-path.ts'
import { openSignedForm } from '../web/signed-forms.ts'
import { words } from '../words/en.ts'
import { sendSetUpLink } from './second-step-links.ts'

/** What brought someone to sign in, which outlasts the second step. */
interface Wanted {
  next?: string | undefined
  link?: string | undefined
  interrupted?: string | undefined
}

/** Everything that was asked for has been shown: they're in. */
export async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
  { next, link = '', interrupted, rememberDays }: Wanted & { rememberDays?: number },
  secondStep?: SecondStep,
): Promise<unknown> {
  await startSession(request, user, secondStep)
  await noteThisBrowser(request, reply, user, rememberDays)
  for (const purpose of ['invitation', 'password reset', 'second step'] as const) dropOpened(reply, purpose)
  keepOpened(reply, 'email change', link)
  const kept = interrupted ?? request.session.interrupted
  const key = request.server.config.keys.forms
  const form = openSignedForm(key, kept, { purpose: 'interrupted', sessionId: '' })
  if (form && kept) request.session.interrupted = kept
  if (secondStep === 'recovery code' && !form) return reply.redirect('/my-details/second-step', 303)
  return reply.redirect(form ? '/continue' : ownPath(next, clinicOriginOf(request)), 303)
}

/** Whoever has shown only their password stays a guest. */
export async function askForCode(
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
  { next, link, interrupted }: Wanted,
): Promise<unknown> {
  await beginPending(request, user, { next, link })
  if (interrupted) request.session.interrupted = interrupted
  return reply.redirect('/sign-in/code', 303)
}

/** A stolen password alone sets up nothing: that takes the link in an email, too. */
export async function askToSetUp(request: FastifyRequest, reply: FastifyReply, user: User): Promise<unknown> {
  const isSent = await sendSetUpLink(request.server.db, user, { ...originOf(request) })
  return reply.page('sign-in/set-up-needed', {
    email: user.email,
    isSent,
    isAfterReset: user.mustSetUpSecondStep,
    clinicName: request.clinic?.name ?? '',
  })
}

export function beginAgain(request: FastifyRequest, reply: FastifyReply): unknown {
  if (request.session.pendingSignIn) {
    delete request.session.pendingSignIn
    request.flash('warning', words.twoStep.signIn.tookTooLong)
  }
  return reply.redirect('/sign-in', 303)
}

declare module 'fastify' {
  interface Pages {
    'sign-in/set-up-needed': {
      email: string
      /** False if the latest one was sent a moment ago. */
      isSent: boolean
      isAfterReset: boolean
      clinicName: string
    }
  }
}
