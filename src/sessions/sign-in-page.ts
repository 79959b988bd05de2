import type { FastifyReply, FastifyRequest } from 'fastify'
import { accountForHost } from '../accounts/accounts.ts'
import type { Account } from '../database/schema.ts'
import type { Form } from '../web/forms.ts'

/** The sign-in form; `carried` is a sealed form of somebody whose session ran out, on its way through. */
export async function signInPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const account = await accountOf(request)
  if (!account) return reply.code(404).page('accounts/not-set-up')
  return reply.page('sessions/sign-in', { form, clinicName: account.name })
}

export function accountOf(request: FastifyRequest): Promise<Account | null> {
  const { db, config } = request.server
  return accountForHost(db, config.publicUrl, request.hostname)
}
