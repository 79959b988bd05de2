import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { FieldProblem } from '../refusal.ts'
import { LinkField, linksOf, openedIn, openLinksTo } from '../sessions/opened-links-plugin.ts'
import { Password } from '../sessions/password-fields.ts'
import { passwordProblems, passwordRules } from '../sessions/password-rules.ts'
import { originOf, signOut } from '../sessions/session-of-request.ts'
import { type Form, fieldsOf, formOf } from '../web/forms.ts'
import { formatMoment } from '../words/dates.ts'
import { words } from '../words/en.ts'
import { acceptReplacement } from './accept-replacement.ts'
import {
  CLOSED_STATUS_CODES,
  type ClosedLink,
  type EmailChangeDetails,
  helpFor,
  type LinkHelp,
  readReplacement,
} from './email-change-link.ts'

declare module 'fastify' {
  interface Pages {
    'email-changes/new-mailbox': LinkHelp & {
      form: Form
      change: EmailChangeDetails
      validUntil: string
      passwordRules: readonly string[]
      link: string
    }
    'email-changes/new-mailbox-closed': ClosedLink | (LinkHelp & { state: 'early'; usableFrom: string })
  }
}

const PasswordForm = Type.Object({ password: Password, ...LinkField }, { additionalProperties: false })

const PURPOSE = 'email replacement'

/** The link sent to the new mailbox of someone who lost the old one: sets a new password and the new address. */
export const newMailboxRoutes: FastifyPluginAsyncTypebox = async (app) => {
  openLinksTo(app, PURPOSE, { read: readReplacement, closed: 'email-changes/new-mailbox-closed' })

  app.get('/', { config: { access: 'anyone' } }, async (request, reply) =>
    newMailboxPage(request, reply, formOf()),
  )

  app.post(
    '/',
    {
      config: { access: 'anyone', onInvalid: newMailboxPage, rules: mailboxRules },
      schema: { body: PasswordForm },
    },
    async (request, reply) => {
      const link = await linkOf(request)
      if (link.state !== 'open') return newMailboxPage(request, reply, formOf())
      const { ip, userAgent } = originOf(request)
      const hash = await app.passwords.hash(request.body.password)
      const outcome = await acceptReplacement(app.db, link.change, hash, { ip, userAgent })
      if (outcome === 'closed') return newMailboxPage(request, reply, formOf(), true)
      const { newEmail: email, clinicName } = link.change
      if (outcome === 'taken') {
        const { requester } = helpFor(link.change)
        const message = words.newMailbox.taken({ clinicName, email, requester })
        return newMailboxPage(request, reply.code(422), formOf({}, [{ field: 'form', message }]))
      }
      await signOut(request)
      request.flash('notice', words.newMailbox.done({ email }))
      return reply.redirect('/sign-in', 303)
    },
  )
}

async function newMailboxPage(
  request: FastifyRequest,
  reply: FastifyReply,
  form: Form,
  wasRefused = false,
): Promise<unknown> {
  const link = await linkOf(request)
  // The link itself is fine, but the person who requested it has lost the right to.
  if (link.state === 'open' && wasRefused)
    return reply
      .code(CLOSED_STATUS_CODES.withdrawn)
      .page('email-changes/new-mailbox-closed', { state: 'withdrawn', ...helpFor(link.change) })
  if (link.state === 'early') {
    const usableFrom = formatMoment(link.change.usableFrom ?? new Date(), link.change.timeZone)
    return reply
      .code(CLOSED_STATUS_CODES.early)
      .page('email-changes/new-mailbox-closed', { state: 'early', usableFrom, ...helpFor(link.change) })
  }
  if (!('change' in link))
    return reply.code(CLOSED_STATUS_CODES[link.state]).page('email-changes/new-mailbox-closed', link)
  const validUntil = formatMoment(link.change.expiresAt, link.change.timeZone)
  const shown = {
    form,
    validUntil,
    passwordRules: passwordRules(request.clinic),
    link: openedIn(request, PURPOSE),
  }
  return reply.page('email-changes/new-mailbox', { ...link, ...shown, ...helpFor(link.change) })
}

function linkOf(request: FastifyRequest) {
  return readReplacement(request.server.db, linksOf(request), openedIn(request, PURPOSE))
}

async function mailboxRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const link = await linkOf(request)
  if (link.state !== 'open') return []
  const { firstName, lastName, newEmail: email, clinicName } = link.change
  const { password } = fieldsOf(request)
  return passwordProblems(password, { firstName, lastName, email, clinicName }, request.clinic)
}
