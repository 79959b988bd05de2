import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { type FieldProblem, inWords } from '../refusal.ts'
import { elsewherePage, isElsewhere } from '../sessions/elsewhere-page.ts'
import { pendingOf } from '../sessions/pending-of-request.ts'
import { secondStepsOf } from '../sessions/second-steps.ts'
import { originOf } from '../sessions/session-of-request.ts'
import { verifyCode } from '../sessions/verify-code.ts'
import { EmptyForm } from '../users/fields.ts'
import { type Form, formOf } from '../web/forms.ts'
import { words } from '../words/en.ts'
import { askAdministrators } from './ask-administrators.ts'
import { admit, beginAgain } from './second-step-page.ts'
import { completeSignIn } from './sign-in.ts'

const said = words.twoStep.signIn

declare module 'fastify' {
  interface Pages {
    'sign-in/code': {
      form: Form
      email: string
      rememberDays: number
      hasApp: boolean
      hasPasskey: boolean
    }
    'sign-in/recovery': { form: Form; email: string }
    'sign-in/no-code': { form: Form; email: string }
    'sign-in/help-asked': null
  }
}

const LONGEST = 100
const typed = (missing: string) =>
  Type.String({ minLength: 1, maxLength: LONGEST, message: { minLength: missing, maxLength: missing } })

const CodeForm = Type.Object(
  { code: typed(said.enterCode), remember: Type.Optional(Type.Literal('yes')) },
  { additionalProperties: false },
)
const RecoveryForm = Type.Object(
  { recoveryCode: typed(said.enterRecoveryCode) },
  { additionalProperties: false },
)

/** After the right password, while the person is still a guest. */
export const secondStepRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/sign-in/code', { config: { access: 'guest' } }, async (request, reply) =>
    codePage(request, reply, formOf()),
  )

  app.post(
    '/sign-in/code',
    { config: { access: 'guest', onInvalid: codePage }, schema: { body: CodeForm } },
    async (request, reply) => {
      const { code, remember } = request.body
      const rememberDays = remember ? (request.clinic?.rememberDays ?? 0) : 0
      const shown = { page: codePage, kind: 'code', field: 'code', rememberDays } as const
      return tryStep(request, reply, shown, code)
    },
  )

  app.get('/sign-in/recovery', { config: { access: 'guest' } }, async (request, reply) =>
    recoveryPage(request, reply, formOf()),
  )

  app.post(
    '/sign-in/recovery',
    { config: { access: 'guest', onInvalid: recoveryPage }, schema: { body: RecoveryForm } },
    async (request, reply) => {
      const shown = { page: recoveryPage, kind: 'recovery code', field: 'recoveryCode' } as const
      return tryStep(request, reply, shown, request.body.recoveryCode)
    },
  )

  app.get('/sign-in/help', { config: { access: 'guest' } }, async (request, reply) => {
    const found = await pendingOf(request)
    if (!found) return beginAgain(request, reply)
    return reply.page('sign-in/no-code', { form: formOf(), email: found.user.email })
  })

  app.post(
    '/sign-in/help',
    { config: { access: 'guest' }, schema: { body: EmptyForm } },
    async (request, reply) => {
      const found = await pendingOf(request)
      if (!found) return beginAgain(request, reply)
      await askAdministrators(app.db, found.user, originOf(request))
      return reply.page('sign-in/help-asked')
    },
  )
}

interface Shown {
  page: (request: FastifyRequest, reply: FastifyReply, form: Form) => Promise<unknown>
  kind: 'code' | 'recovery code'
  field: string
  rememberDays?: number
}

async function tryStep(
  request: FastifyRequest,
  reply: FastifyReply,
  { page, kind, field, rememberDays = 0 }: Shown,
  answer: string,
): Promise<unknown> {
  const found = await pendingOf(request)
  if (!found) return beginAgain(request, reply)
  const { user, pending } = found
  if (await isElsewhere(request, user)) return elsewherePage(request, reply, user)
  const { db, config } = request.server
  const { ip, userAgent } = originOf(request)
  const actor = { clinicId: user.clinicId, userId: user.id, ip, userAgent }
  const result = await verifyCode({ db, keys: config.keys['two-step'], actor, user }, kind, field, answer)
  if (!result.isVerified)
    return page(request, reply.code(result.status), withProblem(inWords(result.problem)))
  if (!(await completeSignIn(db, actor, user, result.secondStep))) return beginAgain(request, reply)
  return admit(request, reply, user, { ...pending, rememberDays }, result.secondStep)
}

/** A code that was refused isn't shown again: the next one is another. */
function withProblem(problem: FieldProblem): Form {
  return formOf({}, [problem])
}

async function codePage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const found = await pendingOf(request)
  if (!found) return beginAgain(request, reply)
  const { apps, passkeys } = await secondStepsOf(request.server.db, found.user)
  return reply.page('sign-in/code', {
    ...{ form, email: found.user.email, rememberDays: request.clinic?.rememberDays ?? 0 },
    ...{ hasApp: apps.length > 0, hasPasskey: passkeys.length > 0 },
  })
}

async function recoveryPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const found = await pendingOf(request)
  return found
    ? reply.page('sign-in/recovery', { form, email: found.user.email })
    : beginAgain(request, reply)
}
