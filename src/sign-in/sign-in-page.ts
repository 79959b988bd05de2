import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ClinicHere } from '../clinics/clinics.ts'
import { readEmailChange } from '../email-changes/email-change-link.ts'
import { Refusal, TooSoon } from '../refusal.ts'
import { linksOf, openedIn } from '../sessions/opened-links-plugin.ts'
import type { Form } from '../web/forms.ts'
import { closedRefusal, type SignIn } from './sign-in.ts'

declare module 'fastify' {
  interface Pages {
    'sign-in/sign-in': { form: Form; clinicName: string; link: string; confirmer: string }
  }
}

/** The sign-in form; `interrupted` is the signed form of someone whose session expired. */
export async function signInPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const { clinic } = request
  if (!clinic) return reply.code(404).page('set-up/not-set-up')
  return reply.page('sign-in/sign-in', {
    form,
    clinicName: clinic.name,
    ...(await confirming(request, form)),
  })
}

/** If a new address is waiting to be confirmed: whose it is, and the link, which the form carries along. */
async function confirming(request: FastifyRequest, form: Form): Promise<{ link: string; confirmer: string }> {
  const { db } = request.server
  const link = form.value('next') === '/confirm-email' ? openedIn(request, 'email change') : ''
  const opened = await readEmailChange(db, linksOf(request), link)
  return { link, confirmer: opened.state === 'open' ? opened.change.firstName : '' }
}

/** @param field where the page asks for the password */
export function refusalFor(
  result: Extract<SignIn, { refusal: unknown }>,
  { timeZone }: ClinicHere,
  field = 'email',
): Refusal {
  if (result.refusal === 'wrong')
    return field === 'email' ? new Refusal('email', 'wrongCredentials') : new Refusal(field, 'wrongPassword')
  if ('user' in result) return closedRefusal(result, field)
  const { retryAt: at } = result
  if (result.needsReset) return new TooSoon(at, field, 'passwordNeedsReset')
  return new TooSoon(at, field, 'tooManyPasswords', { at, timeZone })
}
