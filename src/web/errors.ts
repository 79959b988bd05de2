import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isDatabaseAway } from '../database/database.ts'
import type { NewEvent } from '../events/events.ts'
import {
  type FieldProblem,
  InvalidForm,
  inWords,
  Refusal,
  SessionOver,
  TooLarge,
  TooSoon,
} from '../refusal.ts'
import { words } from '../words/en.ts'
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

/** Every failure ends here: the form again with what was typed, or an error page. */
export function registerErrors(app: FastifyInstance, sessions: SessionsForErrors): void {
  app.setNotFoundHandler((_request, reply) => reply.code(404).page('errors/not-found'))
  app.setErrorHandler<FastifyError>((error, request, reply) => answerError(error, request, reply, sessions))
}

/** Passed in, because src/web can't import sessions. */
export interface SessionsForErrors {
  record(request: FastifyRequest, event: NewEvent): Promise<void>
  end(request: FastifyRequest, reply: FastifyReply): Promise<unknown>
}

/** Fastify answers a malformed URL before any hook runs, so there's no page for it. */
export function answerBrokenUrl(_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  reply.code(400).headers(headersFor(request.server.config.publicUrl))
  reply.type('text/plain; charset=utf-8').send(words.errors.brokenLink)
}

export class NotFound extends Error {
  readonly statusCode = 404
}

async function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  sessions: SessionsForErrors,
): Promise<unknown> {
  if (error instanceof TooSoon) reply.header('retry-after', secondsUntil(error.retryAt))
  if (error instanceof SessionOver) return sessions.end(request, reply)
  if (error instanceof Refusal && error.event) await sessions.record(request, error.event)
  if (error instanceof Refusal) return answerForm(request, reply, [inWords(error.problem)], statusOf(error))
  if (error instanceof InvalidForm) return answerForm(request, reply, error.problems, 422)
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

/** Problems from both the schema and the form's own rules. */
async function everyProblem(error: FastifyError, request: FastifyRequest): Promise<FieldProblem[]> {
  const { schema, config } = request.routeOptions
  const { checks } = request.server
  const problems = [
    ...schemaProblems(error.validation ?? [], checks),
    ...((await config.rules?.(request)) ?? []),
  ]
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
  return error.statusCode === 503 || isDatabaseAway(error)
}
