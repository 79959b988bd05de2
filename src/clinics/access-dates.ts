import { type RawBuilder, sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import type { Id, User } from '../database/schema.ts'

/** Why somebody's dates don't let them in. */
export type Closed = 'not begun' | 'ended'

/**
 * Null while the dates let them in. Days are compared and not moments, so that a midnight that a clinic's clocks skip or have
 * twice is theirs too.
 * @param today the clinic's
 */
export function closedOn(today: RawBuilder<unknown>, user = 'users'): RawBuilder<Closed | null> {
  const from = sql.ref(`${user}.accessFrom`)
  const until = sql.ref(`${user}.accessUntil`)
  // Nearly everyone has none, and this is asked at every page.
  return sql<Closed | null>`case
    when ${from} is null and ${until} is null then null
    when ${from} > ${today} then 'not begun'
    when ${until} < ${today} then 'ended' end`
}

/** The same as a condition, in a form whose cost the planner can tell. */
export function isOpenOn(today: RawBuilder<unknown>, user = 'users'): RawBuilder<boolean> {
  const from = sql.ref(`${user}.accessFrom`)
  const until = sql.ref(`${user}.accessUntil`)
  return sql<boolean>`((${from} is null or ${from} <= ${today}) and (${until} is null or ${until} >= ${today}))`
}

/** For a query on users that doesn't have the clinic at hand. */
export function closedToday(user = 'users'): RawBuilder<Closed | null> {
  return closedOn(todayAt(sql.ref(`${user}.clinicId`)), user)
}

export function hasAccessToday(user = 'users'): RawBuilder<boolean> {
  return isOpenOn(todayAt(sql.ref(`${user}.clinicId`)), user)
}

/** The clinic's day. */
export function todayAt(clinicId: unknown): RawBuilder<string> {
  return sql<string>`(select ${dayIn(sql`time_zone`)} from clinics where clinics.id = ${clinicId})`
}

export function dayIn(
  timeZone: RawBuilder<unknown>,
  at: RawBuilder<unknown> = sql`now()`,
): RawBuilder<string> {
  return sql<string>`(${at} at time zone ${timeZone})::date`
}

/** Asks the database, whose clock decides, and only about someone who has dates. */
export async function accessClosed(
  db: Database | Transaction,
  {
    clinicId,
    id,
    accessFrom,
    accessUntil,
  }: Pick<User, 'clinicId' | 'accessFrom' | 'accessUntil'> & { id: Id },
): Promise<Closed | null> {
  if (!accessFrom && !accessUntil) return null
  const user = db.selectFrom('users').select(closedToday().as('closed')).where('clinicId', '=', clinicId)
  return (await user.where('id', '=', id).executeTakeFirst())?.closed ?? null
}
