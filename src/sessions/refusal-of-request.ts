import type { FastifyRequest } from 'fastify'
import type { NewEvent } from '../events/events.ts'
import { recordRepeatable } from './repeatable-event.ts'
import { actorOf, userOf } from './session-of-request.ts'

/** Records refusals to signed-in people. */
export async function recordRefused(request: FastifyRequest, event: NewEvent): Promise<void> {
  if (userOf(request)) await recordRepeatable(request.server.db, actorOf(request), event)
}
