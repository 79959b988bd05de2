import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { type FieldProblem, TooSoon } from '../refusal.ts'
import { hideDuration } from '../sessions/hide-duration.ts'
import { LinkField, linksOf, openedIn, openLinksTo } from '../sessions/opened-links-plugin.ts'
import { Password } from '../sessions/password-fields.ts'
import { passwordProblems, passwordRules } from '../sessions/password-rules.ts'
import { originOf, signOut } from '../sessions/session-of-request.ts'
import { accountKey, countRequest, ipKey, ipMax } from '../sessions/throttling.ts'
import { EmailField } from '../users/fields.ts'
import { type Form, fieldsOf, formOf } from '../web/forms.ts'
import { formatClock } from '../words/dates.ts'
import { words } from '../words/en.ts'
import {
  type OpenReset,
  type ResetState,
  readReset,
  requestPasswordReset,
  resetPassword,
} from './password-resets.ts'

declare module 'fastify' {
  interface Pages {
    'sign-in/forgot-password': { form: Form; clinicName: string }
    'sign-in/reset-requested': { windowMinutes: number }
    'sign-in/reset-password': {
      form: Form
      reset: OpenReset['reset']
      isForAdministrator: boolean
      validUntil: string
      passwordRules: readonly string[]
      link: string
    }
    'sign-in/reset-closed': Exclude<ResetState, OpenReset>
  }
}

const REQUESTS_PER_IP = 10
const REQUESTS_PER_ACCOUNT = 3
const WINDOW_MINUTES = 60

const ForgotForm = Type.Object(
  { email: EmailField(words.signIn.enterEmail) },
  { additionalProperties: false },
)
const ResetForm = Type.Object({ password: Password, ...LinkField }, { additionalProperties: false })

const STATUS_CODES = { unknown: 404, used: 410, expired: 410, closed: 410 } as const

export const resetRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/forgot-password', { config: { access: 'guest' } }, async (request, reply) =>
    forgotPage(request, reply, formOf()),
  )

  app.post(
    '/forgot-password',
    { config: { access: 'guest', onInvalid: forgotPage }, schema: { body: ForgotForm } },
    async (request, reply) => {
      await hideDuration(takeRequest(request, request.body.email))
      return reply.page('sign-in/reset-requested', { windowMinutes: WINDOW_MINUTES })
    },
  )

  openLinksTo(app, 'password reset', { read: readReset, closed: 'sign-in/reset-closed' })

  app.get('/reset-password', { config: { access: 'anyone' } }, async (request, reply) =>
    resetPage(request, reply, formOf()),
  )

  app.post(
    '/reset-password',
    {
      config: { access: 'anyone', onInvalid: resetPage, rules: resetRules },
      schema: { body: ResetForm },
    },
    async (request, reply) => {
      const link = await linkOf(request)
      if (link.state !== 'open') return resetPage(request, reply, formOf())
      const { ip, userAgent } = originOf(request)
      const hash = await app.passwords.hash(request.body.password)
      const isDone = await resetPassword(app.db, link, hash, { ip, userAgent })
      if (!isDone) return resetPage(request, reply, formOf())
      await signOut(request)
      request.flash('notice', words.signIn.reset.done)
      return reply.redirect('/sign-in', 303)
    },
  )
}

/** @throws {TooSoon} only for the network's limit; an account's limit isn't revealed */
async function takeRequest(request: FastifyRequest, email: string): Promise<void> {
  const { server, clinic } = request
  const { db } = server
  if (!clinic) return
  const { ip, userAgent } = originOf(request)
  const window = { windowMinutes: WINDOW_MINUTES }
  const next = await countRequest(db, {
    key: ipKey(ip),
    max: ipMax(ip, REQUESTS_PER_IP),
    ...window,
  })
  if (next) {
    throw new TooSoon(next, 'form', 'tooManyRequests', { at: next, timeZone: clinic.timeZone })
  }
  const key = accountKey({ clinicId: clinic.id, email })
  if (await countRequest(db, { key, max: REQUESTS_PER_ACCOUNT, ...window })) return
  await requestPasswordReset(db, clinic, email, { ip, userAgent })
}

async function forgotPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const { clinic } = request
  if (!clinic) return reply.code(404).page('set-up/not-set-up')
  return reply.page('sign-in/forgot-password', { form, clinicName: clinic.name })
}

async function resetPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const link = await linkOf(request)
  if (link.state !== 'open') return reply.code(STATUS_CODES[link.state]).page('sign-in/reset-closed', link)
  const validUntil = formatClock(link.reset.expiresAt, link.reset.timeZone)
  const shown = {
    form,
    validUntil,
    passwordRules: passwordRules(request.clinic),
    link: openedIn(request, 'password reset'),
  }
  return reply.page('sign-in/reset-password', { ...link, ...shown })
}

function linkOf(request: FastifyRequest) {
  return readReset(request.server.db, linksOf(request), openedIn(request, 'password reset'))
}

async function resetRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const link = await linkOf(request)
  if (link.state !== 'open') return []
  return passwordProblems(fieldsOf(request).password, link.reset, request.clinic)
}
