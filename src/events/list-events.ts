import { sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Id } from '../database/schema.ts'

const EVENTS_PER_PAGE = 50

export interface EventFilter {
  /** Done by or to this person. */
  person?: Id | undefined
  action?: string | undefined
  /** Up to the end of this day in `timeZone`, such as 2026-11-24. */
  until?: string | undefined
  timeZone: string
  /** Older than this event. */
  before?: Id | undefined
  limit?: number
}

export type ListedEvent = Awaited<ReturnType<typeof listEvents>>['events'][number]

/** Newest first, paginated by event id. */
export async function listEvents(db: Database, clinicId: Id, filter: EventFilter) {
  const { person, action, until, before, timeZone, limit = EVENTS_PER_PAGE } = filter
  const rows = await db
    .selectFrom('events')
    .leftJoin('users as actor', (join) =>
      join.onRef('actor.clinicId', '=', 'events.clinicId').onRef('actor.id', '=', 'events.actorId'),
    )
    .leftJoin('users as subject', (join) =>
      join.onRef('subject.clinicId', '=', 'events.clinicId').onRef('subject.id', '=', 'events.subjectId'),
    )
    .select(['events.id', 'action', 'actorId', 'subjectId', 'before', 'after', 'ip', 'events.createdAt'])
    .select(sql<string | null>`trim(actor.first_name || ' ' || actor.last_name)`.as('actorName'))
    .select(sql<string | null>`trim(subject.first_name || ' ' || subject.last_name)`.as('subjectName'))
    .where('events.clinicId', '=', clinicId)
    .$if(person !== undefined, (query) =>
      query.where((eb) => eb.or([eb('subjectId', '=', person as Id), eb('actorId', '=', person as Id)])),
    )
    .$if(action !== undefined, (query) => query.where('action', '=', action as string))
    .$if(until !== undefined, (query) =>
      query.where(sql<boolean>`events.created_at < (${until}::date + 1)::timestamp at time zone ${timeZone}`),
    )
    .$if(before !== undefined, (query) => query.where(olderThan(clinicId, before as Id)))
    .orderBy('events.createdAt', 'desc')
    .orderBy('events.id', 'desc')
    .limit(limit + 1)
    .execute()
  const events = rows.slice(0, limit)
  return { events, older: rows.length > limit ? (events.at(-1)?.id ?? null) : null }
}

function olderThan(clinicId: Id, id: Id) {
  return sql<boolean>`(events.created_at, events.id) < (
    select created_at, id from events where clinic_id = ${clinicId} and id = ${id})`
}
