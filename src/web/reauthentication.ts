import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { endSession, retireSessionIds } from '../sessions/sessions.ts'
import { showResumed } from './carried-forms.ts'
import { type Fields, formOf, withoutPasswords } from './forms.ts'
import { changedForm, keepTyped } from './kept-forms.ts'
import { openSeal, sealForm } from './seal.ts'
import { renewSessionId } from './session.ts'
import { verify } from './verify.ts'

/** What is about to happen, shown back for a last look. */
export interface Act {
  heading: string
  /** What happens after the button, in a sentence. */
  consequence: string
  rows: { label: string; value: string; field: string }[]
  button: string
  /** The button that leads back without doing it. */
  back?: 'Change' | 'Cancel'
  /** Where adding somebody stands: the second of three steps. */
  step?: number
  /** An address that was perhaps meant instead of the one typed; a question, which keeps nobody from going on. */
  meant?: string | null
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The act needs the person's own password; says what will be done, or null where this form needs no proof. */
    reauthenticate?: (request: FastifyRequest) => Promise<Act | null>
  }
  interface FastifyRequest {
    submission: Submission | null
  }
}

interface Submission {
  id: string
  seal: string
  password: unknown
  wantsChange: boolean
  isProved: boolean
}

/**
 * Keeps the mark `reauthenticate` on a route: the first POST answers the page Verify your password and carries the form
 * along under a seal; the second, with the seal and the right password, does it. So what was shown is what is done.
 */
export const reauthentication = fp(
  async (app, { config, db }: { config: Config; db: Database }) => {
    app.decorateRequest('submission', null)

    app.addHook('preValidation', async (request, reply) => {
      const body = request.body as Fields | undefined
      if (!body?.sealed || !request.routeOptions.config.reauthenticate) return
      const sealed = openSeal(config.keys.seals, body.sealed, sealFor(request))
      if (!sealed) return reply.code(400).page('errors/out-of-date')
      // As if it had been typed in the form: checked like it, and with a last look of its own.
      if (typeof body.meant === 'string') {
        request.body = { ...sealed.fields, personEmail: body.meant }
        return
      }
      request.submission = {
        id: sealed.id,
        seal: body.sealed as string,
        password: body.currentPassword,
        wantsChange: body.change !== undefined,
        isProved: false,
      }
      request.body = sealed.fields
    })

    app.addHook('preHandler', async (request, reply) => {
      const { reauthenticate, onInvalid } = request.routeOptions.config
      const { submission } = request
      if (submission?.wantsChange && onInvalid) return onInvalid(request, reply, changedForm(request))
      if (!reauthenticate) return
      if (!submission) {
        const act = await reauthenticate(request)
        if (!act && request.resumed) return showResumed(request, reply)
        return act && showLastLook(request, reply, act)
      }
      return proveOrAskAgain(request, reply, submission, db)
    })
  },
  { name: 'reauthentication', dependencies: ['session', 'forms', 'same-origin', 'carried-forms'] },
)

/** The id of the form in which the person proved their password just now, or null where none was asked. */
export function provedSubmission(request: FastifyRequest): string | null {
  return request.submission?.isProved ? request.submission.id : null
}

/** For acts that never happen without proof. */
export function requireProof(request: FastifyRequest): string {
  const id = provedSubmission(request)
  if (!id) throw new Error(`${request.routeOptions.url} acts without proof of the password`)
  return id
}

function sealFor(request: FastifyRequest) {
  return { purpose: 'verify' as const, url: request.url, lineage: request.session.lineage ?? '' }
}

async function showLastLook(request: FastifyRequest, reply: FastifyReply, act: Act): Promise<unknown> {
  const id = randomUUID()
  await keepTyped(request, id)
  const { seals } = request.server.config.keys
  const seal = sealForm(seals, { ...sealFor(request), id, fields: withoutPasswords(request.body) })
  return verifyPage(request, reply, { act, seal })
}

async function verifyPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { act, seal, error }: { act: Act; seal: string; error?: string },
): Promise<unknown> {
  const errors = error ? [{ field: 'currentPassword', message: error }] : []
  return reply.page('sessions/verify-password', { act, seal, action: request.url, form: formOf({}, errors) })
}

async function proveOrAskAgain(
  request: FastifyRequest,
  reply: FastifyReply,
  submission: Submission,
  db: Database,
): Promise<unknown> {
  const proof = await verify(request, submission.password)
  if (proof.isProved) {
    submission.isProved = true
    await retireSessionIds(db, request.session.lineage ?? '')
    return renewSessionId(request)
  }
  if (!proof.endsSession) {
    reply.code(proof.status)
    const act = await request.routeOptions.config.reauthenticate?.(request)
    if (!act) return reply.code(400).page('errors/out-of-date')
    return verifyPage(request, reply, { act, seal: submission.seal, error: proof.message })
  }
  return endUnprovenSession(request, reply, proof.message)
}

/** Ends a session in which the person could not prove to be themself, and says why on the sign-in page. */
export async function endUnprovenSession(
  request: FastifyRequest,
  reply: FastifyReply,
  message: string,
): Promise<unknown> {
  await endSession(request.server.db, request.session.lineage ?? '')
  await request.session.regenerate()
  request.flash('warning', message)
  return reply.redirect('/sign-in', 303)
}
