import type { Database } from '../database/database.ts'
import { type Actor, type NewEvent, recordEvent } from '../events/events.ts'
import { countRequest } from './throttling.ts'

const EVENTS_A_MINUTE = 1

/** Writes down what anybody can bring about at will: each such thing once a minute, so that nobody floods the trail. */
export async function recordRepeatable(db: Database, actor: Actor, event: NewEvent): Promise<void> {
  const what = [event.action, event.subjectId ?? '', ...Object.values(event.after ?? {})].join(':')
  const key = `event:${actor.clinicId}:${actor.userId ?? ''}:${what}`
  if (await countRequest(db, { key, max: EVENTS_A_MINUTE, windowMinutes: 1 })) return
  await recordEvent(db, actor, event)
}
