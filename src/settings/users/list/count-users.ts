import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { Database } from '../../../database/database.ts'
import type { Id, Schema } from '../../../database/schema.ts'
import { hasOpenInvitation, type Status } from '../../../users/users.ts'
import { beginsWith } from './list-search.ts'
import { beginningOf, matchesSearch } from './search-users.ts'
import { type ListedClinic, type UserFilter, usersWho } from './user-filter.ts'

/** No one pages further, and counting would get slower as the clinic grows. */
export const COUNTED_MAX = 1_000

export interface Counts {
  /** How many are billed and how many are free; kept by triggers. */
  practitioners: number
  administrative: number
  /** How many match; at most `COUNTED_MAX` + 1. */
  found: number
  /** Null above `COUNTED_MAX`, because a chart has to be accurate. */
  byStatus: Record<Status, number> | null
}

export async function countUsers(
  db: Database,
  clinic: ListedClinic,
  filter: UserFilter = {},
): Promise<Counts> {
  const { practitioners, administrative, counted, parts } = await db
    .selectFrom('clinics')
    .select(['practitioners', 'administrative', partsByStatus(db, clinic).as('parts')])
    .$if(needsCounting(filter), (query) => query.select(boundedCount(db, clinic, filter).as('counted')))
    .where('id', '=', clinic.clinicId)
    .executeTakeFirstOrThrow()
  const byStatus = parts && statusCounts(practitioners + administrative, parts)
  if (counted !== undefined) return { practitioners, administrative, found: Number(counted), byStatus }
  const { isPractitioner } = filter
  const found = (isPractitioner !== false ? practitioners : 0) + (isPractitioner ? 0 : administrative)
  return { practitioners, administrative, found: Math.min(found, COUNTED_MAX + 1), byStatus }
}

/** How many haven't joined, how many of those still can, and how many are deactivated. */
type Parts = [notJoined: number, invited: number, deactivated: number]

/** A large clinic is never counted: the condition is false, so nothing below it is read. */
function partsByStatus(db: Database, clinic: ListedClinic): RawBuilder<Parts | null> {
  const notJoined = usersWho(db, clinic, {})
    .where('joinedAt', 'is', null)
    .select((eb) => hasOpenInvitation(eb).as('isInvited'))
    .orderBy('sortName')
    .limit(COUNTED_MAX)
  const deactivated = usersWho(db, clinic, { status: 'deactivated' })
    .select('id')
    .orderBy('sortName')
    .limit(COUNTED_MAX + 1)
  return sql`case when practitioners + administrative <= ${sql.lit(COUNTED_MAX)} then (
    select array[count(*), count(*) filter (where is_invited), (select count(*) from (${deactivated}) as gone)]::int[]
    from (${notJoined}) as waiting) end`
}

function statusCounts(present: number, [notJoined, invited, deactivated]: Parts): Counts['byStatus'] {
  if (deactivated > COUNTED_MAX) return null
  return {
    active: present - notJoined,
    invited,
    'invitation expired': notJoined - invited,
    deactivated,
  }
}

function needsCounting({ search, status, role }: UserFilter): boolean {
  return Boolean(search || status || role)
}

/** With this many names starting with the search, there's no need to look elsewhere. */
function boundedCount(db: Database, clinic: ListedClinic, filter: UserFilter): RawBuilder<number> {
  const all = countFound(db, clinic, filter)
  const beginning = filter.search ? beginningOf(filter.search) : null
  if (beginning === null) return sql<number>`(${all})`
  const [byLast, byFirst] = (['sortName', 'firstSortName'] as const).map((column) => {
    const people = usersWho(db, clinic, filter).where(beginsWith(column, beginning))
    return countOf(db, people.orderBy(column).select('id'))
  })
  const max = sql.lit(COUNTED_MAX)
  return sql<number>`
    case when (${byLast}) > ${max} or (${byFirst}) > ${max} then ${max} + 1 else (${all}) end`
}

function countFound(db: Database, clinic: ListedClinic, { search, ...choices }: UserFilter) {
  // The order makes the planner use the clinic's index. A name search is ordered by id, as its index is by name.
  const people = search
    ? usersWho(db, clinic, choices).where(matchesSearch(search, clinic.country))
    : usersWho(db, clinic, choices).orderBy('sortName')
  return countOf(db, people.select('id').orderBy('id'))
}

function countOf(db: Database, people: SelectQueryBuilder<Schema, 'users', { id: Id }>) {
  const found = people.limit(COUNTED_MAX + 1)
  return db.selectFrom(found.as('found')).select((eb) => eb.fn.countAll().as('count'))
}
