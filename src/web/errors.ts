import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isDatabaseAway } from '../database/database.ts'
import { type FieldProblem, Refusal, TooLarge, TooSoon } from '../refusal.ts'
import { ProtectedPerson } from '../roles/acting-user.ts'
import { Busy } from '../sessions/passwords.ts'
import { recordRepeatable } from '../sessions/repeatable-event.ts'
import { actorOf } from '../sessions/session.ts'
import { SessionEnded } from '../sessions/sessions.ts'
import { endUnverifiedSession } from '../sessions/verification.ts'
import { formOf, inOrder, schemaProblems } from './forms.ts'
import { headersFor } from './headers.ts'

declare module 'fastify' {
  interface Pages {
    'errors/not-found': null
    'errors/forbidden': null
    'errors/foreign-origin': null
    'errors/out-of-date': null
    'errors/unavailable': null
    'errors/bad-request': { status: number }
    'errors/failed': { requestId: string }
    'errors/refused': { problems: FieldProblem[] }
  }
}

const RETRY_AFTER_SECONDS = 5

/** One door out for every failure: the form again with what was typed, or a page in plain words. */
export function registerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => reply.code(404).page('errors/not-found'))
  app.setErrorHandler(answerError)
}

/** A broken address is answered before any hook runs, so it cannot have a page of its own. */
export function answerBrokenAddress(_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  reply.code(400).headers(headersFor(request.server.config.publicUrl))
  reply.type('text/plain; charset=utf-8').send('This address is broken.')
}

export class NotFound extends Error {
  readonly statusCode = 404
}

async function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  if (error instanceof TooSoon) reply.header('retry-after', secondsUntil(error.retryAt))
  if (error instanceof SessionEnded) {
    return endUnverifiedSession(request, reply, 'Your session has ended meanwhile. Sign in again.')
  }
  if (error instanceof ProtectedPerson) await recordProtected(error, request)
  if (error instanceof Refusal) return answerForm(request, reply, error.problems, statusOf(error))
  if (error.validation && error.validationContext === 'body') {
    return answerForm(request, reply, await everyProblem(error, request), 422)
  }
  if (error.validation || error.statusCode === 404) return reply.code(404).page('errors/not-found')
  if (isPassing(error)) {
    request.log.warn({ err: error }, 'unavailable')
    return reply.code(503).header('retry-after', RETRY_AFTER_SECONDS).page('errors/unavailable')
  }
  const status = error.statusCode ?? 500
  if (status < 500) return reply.code(status).page('errors/bad-request', { status })
  request.log.error({ err: error }, 'failed')
  return reply.code(500).page('errors/failed', { requestId: request.id })
}

async function recordProtected(error: ProtectedPerson, request: FastifyRequest): Promise<void> {
  const { subjectId, message: reason } = error
  await recordRepeatable(request.server.db, actorOf(request), {
    action: 'managing.refused',
    subjectId,
    after: { reason },
  })
}

/** What the schema and the form's own rules object to, told at once. */
async function everyProblem(error: FastifyError, request: FastifyRequest): Promise<FieldProblem[]> {
  const { schema, config } = request.routeOptions
  const problems = [...schemaProblems(error.validation ?? []), ...((await config.rules?.(request)) ?? [])]
  return inOrder(problems, schema?.body)
}

async function answerForm(
  request: FastifyRequest,
  reply: FastifyReply,
  problems: FieldProblem[],
  status: number,
): Promise<unknown> {
  const { onInvalid } = request.routeOptions.config
  reply.code(status)
  if (onInvalid) return onInvalid(request, reply, formOf(request.body, problems))
  return reply.page('errors/refused', { problems })
}

function statusOf(refusal: Refusal): number {
  if (refusal instanceof TooSoon) return 429
  return refusal instanceof TooLarge ? 413 : 422
}

function secondsUntil(date: Date): number {
  return Math.max(1, Math.ceil((date.getTime() - Date.now()) / 1000))
}

function isPassing(error: FastifyError): boolean {
  return error.statusCode === 503 || error instanceof Busy || isDatabaseAway(error)
}
