import type { FastifyRequest } from 'fastify'
import { type NewEvent, recordEvent } from '../events/events.ts'
import { countRequest } from '../sessions/throttling.ts'
import { actorOf } from './session.ts'

const EVENTS_A_MINUTE = 1

/** Writes down that a signed-in person was refused; once a minute for each, so that nobody floods the trail. */
export async function recordRefusedAct(request: FastifyRequest, event: NewEvent): Promise<void> {
  const { db } = request.server
  const actor = actorOf(request)
  const key = `refused:${event.action}:${actor.userId}`
  if (await countRequest(db, { key, max: EVENTS_A_MINUTE, windowMinutes: 1 })) return
  await recordEvent(db, actor, event)
}
