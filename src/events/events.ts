import type { Database, Transaction } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { logEvent } from './event-log.ts'
import { requestIds } from './request-ids.ts'

/** Who is acting, and from where; recorded with every event. */
export interface Actor {
  clinicId: Id
  userId: Id | null
  ip: string | null
  userAgent: string | null
}

/** A signed-in person who acts. */
export type ActingUser = Actor & { userId: Id }

export interface NewEvent {
  action: string
  subjectId?: Id | null
  before?: Record<string, unknown>
  after?: Record<string, unknown>
  /** The signed form's id; the database rejects a second event with the same one. */
  submissionId?: string | null
}

export async function recordEvent(db: Transaction | Database, actor: Actor, event: NewEvent): Promise<void> {
  const { action, subjectId = null, before = null, after = null, submissionId = null } = event
  const { clinicId, userId: actorId, ip, userAgent } = actor
  const requestId = requestIds.getStore() ?? null
  const known = { clinicId, actorId, action, subjectId, ip, requestId }
  const { id, createdAt: at } = await db
    .insertInto('events')
    .values({ ...known, before: jsonOf(before), after: jsonOf(after), submissionId, userAgent })
    .returning(['id', 'createdAt'])
    .executeTakeFirstOrThrow()
  logEvent(db, { id, at, ...known, before, after })
}

function jsonOf(values: Record<string, unknown> | null): string | null {
  return values && JSON.stringify(values)
}
