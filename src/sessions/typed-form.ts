import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type Fields, type Form, formOf, withoutPasswords } from '../web/forms.ts'
import { discardForm, forgetDoneForm, keepForm, keptFields } from './kept-forms.ts'
import { sessionKeyOf } from './session-of-request.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The page of this route's form, which shows what was typed until it's done, or for 30 minutes. */
    formAt?: (request: FastifyRequest) => string
  }
}

/** Forgets a form once it's done. */
export const keptForms = fp(
  async (app) => {
    app.addHook('onSend', async (request, reply) => {
      const page = formPage(request)
      if (!page || !request.submission?.isVerified || reply.statusCode !== 303) return
      await forgetDoneForm(app.db, { ...sessionKeyOf(request), page, signedFormId: request.submission.id })
    })
  },
  { name: 'kept-forms', dependencies: ['session', 'verification'] },
)

/** Keeps what leads to a confirmation, so that Back doesn't show an empty form. */
export async function keepTyped(request: FastifyRequest, signedFormId: string): Promise<void> {
  const page = formPage(request)
  if (!page) return
  const form = { ...sessionKeyOf(request), page, signedFormId }
  await keepForm(request.server.db, form, withoutPasswords(request.body))
}

/** The form as typed on this page in this session, or a new one. */
export async function typedOr(request: FastifyRequest, values: Fields): Promise<Form> {
  const page = request.url.split('?', 1)[0] ?? ''
  const typed = await keptFields(request.server.db, { ...sessionKeyOf(request), page })
  return typed ? { ...formOf(typed), kept: { page, isNews: true } } : formOf(values)
}

/** The form again, from *Change* on its confirmation. */
export function changedForm(request: FastifyRequest): Form {
  const page = formPage(request)
  return { ...formOf(request.body), ...(page && { kept: { page, isNews: false } }) }
}

export function discardTyped(request: FastifyRequest, page: string): Promise<void> {
  return discardForm(request.server.db, { ...sessionKeyOf(request), page })
}

function formPage(request: FastifyRequest): string | undefined {
  return request.routeOptions.config?.formAt?.(request)
}
