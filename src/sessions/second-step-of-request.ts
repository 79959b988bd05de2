import type { FastifyRequest } from 'fastify'
import type { SecondStep } from '../database/schema.ts'
import type { NewCodes } from './new-codes.ts'
import { currentUser } from './session-of-request.ts'

declare module 'fastify' {
  interface Session {
    /** Recovery codes until they have been kept somewhere; encrypted. */
    newCodes?: NewCodes
  }
}

/** Nobody should have to wait for the next code because they have just used one. */
const SECOND_STEP_MINUTES = 15

/** Whether a second step would have to be shown again, by someone who has one. */
export function isSecondStepDue(request: FastifyRequest): boolean {
  const { secondStepAt } = request.session
  const isFresh = secondStepAt && Date.parse(secondStepAt) > Date.now() - SECOND_STEP_MINUTES * 60_000
  return currentUser(request).secondStepSince !== null && !isFresh
}

/** They have just shown it. */
export function noteSecondStep(request: FastifyRequest, secondStep: SecondStep): void {
  Object.assign(request.session, { secondStep, secondStepAt: new Date().toISOString() })
}
