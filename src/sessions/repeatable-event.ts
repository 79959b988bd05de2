import type { Database } from '../database/database.ts'
import { type Actor, type NewEvent, recordEvent } from '../events/events.ts'
import { countRequest, ipKey } from './throttling.ts'

const EVENTS_A_MINUTE = 1
const MINUTES_AN_IP = 60

/** Records what anyone can trigger at will, at most once a minute, so that no one can flood the audit log. */
export async function recordRepeatable(db: Database, actor: Actor, event: NewEvent): Promise<void> {
  const what = [event.action, event.subjectId ?? '', ...Object.values(event.after ?? {})].join(':')
  const key = `event:${actor.clinicId}:${actor.userId ?? ''}:${what}`
  if (await countRequest(db, { key, max: EVENTS_A_MINUTE, windowMinutes: 1 })) return
  await recordEvent(db, actor, event)
}

/** The same for what an open page repeats all day, once an hour for each address that it's triggered from. */
export async function recordByIp(db: Database, actor: Actor, event: NewEvent): Promise<void> {
  const key = `event:${actor.clinicId}:${actor.userId ?? ''}:${event.action}:${ipKey(actor.ip)}`
  if (await countRequest(db, { key, max: 1, windowMinutes: MINUTES_AN_IP })) return
  await recordEvent(db, actor, event)
}
