import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { inWords } from '../refusal.ts'
import { fieldsOf } from '../web/forms.ts'
import { openSignedForm } from '../web/signed-forms.ts'
import { words } from '../words/en.ts'
import type { Confirmation } from './confirmation.ts'
import { challengeOf, partyOf } from './passkey-of-request.ts'
import { showRestored } from './restored-form.ts'
import { isSecondStepDue, noteSecondStep } from './second-step-of-request.ts'
import { rotateToken, sessionKeyOf, verifierOf } from './session-of-request.ts'
import { endSession, expireTokens } from './sessions.ts'
import { changedForm } from './typed-form.ts'
import { verify } from './verify.ts'
import { showLastLook, signedFor, verifyPage } from './verify-password-page.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The form needs the person's password. Returns what to confirm, or null if this form needs no verification. */
    verify?: (request: FastifyRequest) => Promise<Confirmation | null>
  }
  interface FastifyRequest {
    submission: Submission | null
  }
}

interface Submission {
  id: string
  signedForm: string
  password: unknown
  code: unknown
  /** What a passkey answered; empty without one. */
  passkey: unknown
  asksForCode: boolean
  wantsChange: boolean
  isVerified: boolean
}

/**
 * Implements the route option `verify`: the first POST answers the page Verify your password and carries the form
 * along signed; the second, with that and the right password, does it. So what was shown is what is done.
 */
export const verification = fp(
  async (app, { config, db }: { config: Config; db: Database }) => {
    app.decorateRequest('submission', null)

    app.addHook('preValidation', async (request, reply) => {
      const body = fieldsOf(request)
      if (!body.signedForm || !request.routeOptions.config.verify) return
      const opened = openSignedForm(config.keys.forms, body.signedForm, signedFor(request))
      if (!opened) return reply.code(400).page('errors/out-of-date')
      // As if it had just been typed: checked again, with a confirmation of its own.
      if (typeof body.meant === 'string') {
        request.body = { ...opened.fields, personEmail: body.meant }
        return
      }
      request.submission = {
        id: opened.id,
        signedForm: String(body.signedForm),
        password: body.currentPassword,
        ...{ code: body.code, passkey: body.passkey },
        asksForCode: opened.asksForCode ?? false,
        wantsChange: body.change !== undefined,
        isVerified: false,
      }
      request.body = opened.fields
    })

    app.addHook('preHandler', async (request, reply) => {
      const { verify: confirmationOf, onInvalid } = request.routeOptions.config
      const { submission } = request
      if (submission?.wantsChange && onInvalid) return onInvalid(request, reply, changedForm(request))
      if (!confirmationOf) return
      if (!submission) {
        const confirmation = await confirmationOf(request)
        if (!confirmation && request.restored) return showRestored(request, reply)
        return confirmation && showLastLook(request, reply, confirmation)
      }
      return verifyOrAskAgain(request, reply, submission, db)
    })
  },
  { name: 'verification', dependencies: ['session', 'forms', 'same-origin', 'interrupted-forms'] },
)

/** The form in which the person was just verified, or null if none was needed. */
export function verifiedSubmission(request: FastifyRequest): string | null {
  return request.submission?.isVerified ? request.submission.id : null
}

/** For actions that always need verification. */
export function requireVerified(request: FastifyRequest): string {
  const id = verifiedSubmission(request)
  if (!id) throw new Error(`${request.routeOptions.url} acts without a verified person`)
  return id
}

async function verifyOrAskAgain(
  request: FastifyRequest,
  reply: FastifyReply,
  submission: Submission,
  db: Database,
): Promise<unknown> {
  const { password, code: typed, asksForCode } = submission
  const isDue = asksForCode && isSecondStepDue(request)
  const passkey = passkeyIn(request, submission)
  const result = await verify(verifierOf(request), { password, passkey, ...(isDue && { code: { typed } }) })
  if (result.isVerified) {
    submission.isVerified = true
    if (result.secondStep) noteSecondStep(request, result.secondStep)
    await expireTokens(db, sessionKeyOf(request))
    return rotateToken(request)
  }
  if (!result.endsSession) {
    reply.code(result.status)
    const confirmation = await request.routeOptions.config.verify?.(request)
    if (!confirmation) return reply.code(400).page('errors/out-of-date')
    return verifyPage(request, reply, {
      confirmation,
      ...{ signedForm: submission.signedForm, asksForCode },
      error: inWords(result.problem),
    })
  }
  return endUnverifiedSession(request, reply, inWords(result.problem).message)
}

function passkeyIn(request: FastifyRequest, { passkey: answer, signedForm }: Submission) {
  const isOne = typeof answer === 'string' && answer !== ''
  return isOne ? { answer, party: partyOf(request), challenge: challengeOf(signedForm) } : null
}

/** After too many failures: ends the session and says why on the sign-in page. */
export async function endUnverifiedSession(
  request: FastifyRequest,
  reply: FastifyReply,
  message = words.passwords.sessionEnded,
): Promise<unknown> {
  await endSession(request.server.db, sessionKeyOf(request))
  await request.session.regenerate()
  request.flash('warning', message)
  return reply.redirect('/sign-in', 303)
}
