import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { Database } from '../../../database/database.ts'
import type { Id, Schema } from '../../../database/schema.ts'
import { hasOpenInvitation, type Status } from '../../../users/users.ts'
import { beginsWith } from './list-search.ts'
import { beginningOf, matchesSearch } from './search-users.ts'
import { type ListedClinic, peopleWho, type UserFilter } from './user-filter.ts'

/** Beyond it nobody reads on, and counting would cost more the larger the clinic is. */
export const COUNTED_MAX = 1_000

export interface Counts {
  /** How many are charged for and how many are free, kept up to date by the database itself. */
  practitioners: number
  administrative: number
  /** How many the filter finds; at most one more than `COUNTED_MAX`. */
  found: number
  /** Null where there are more than `COUNTED_MAX` to count: a picture of parts must be true. */
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

/** How many wait for their first sign-in, how many of those can still join, and how many have left. */
type Parts = [notJoined: number, invited: number, deactivated: number]

/** All of a large clinic is never counted: there the condition is false and nothing below it is read. */
function partsByStatus(db: Database, clinic: ListedClinic): RawBuilder<Parts | null> {
  const notJoined = peopleWho(db, clinic, {})
    .where('joinedAt', 'is', null)
    .select((eb) => hasOpenInvitation(eb).as('isInvited'))
    .orderBy('sortName')
    .limit(COUNTED_MAX)
  const deactivated = peopleWho(db, clinic, { status: 'deactivated' })
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

/** Where so many names begin with the search, nobody needs to look for it elsewhere. */
function boundedCount(db: Database, clinic: ListedClinic, filter: UserFilter): RawBuilder<number> {
  const all = countFound(db, clinic, filter)
  const beginning = filter.search ? beginningOf(filter.search) : null
  if (beginning === null) return sql<number>`(${all})`
  const [byLast, byFirst] = (['sortName', 'firstSortName'] as const).map((column) => {
    const people = peopleWho(db, clinic, filter).where(beginsWith(column, beginning))
    return countOf(db, people.orderBy(column).select('id'))
  })
  const max = sql.lit(COUNTED_MAX)
  return sql<number>`
    case when (${byLast}) > ${max} or (${byFirst}) > ${max} then ${max} + 1 else (${all}) end`
}

function countFound(db: Database, clinic: ListedClinic, { search, ...choices }: UserFilter) {
  // An order keeps to an index of the clinic. Names stand together in theirs, so a search goes by id.
  const people = search
    ? peopleWho(db, clinic, choices).where(matchesSearch(search, clinic.country))
    : peopleWho(db, clinic, choices).orderBy('sortName')
  return countOf(db, people.select('id').orderBy('id'))
}

function countOf(db: Database, people: SelectQueryBuilder<Schema, 'users', { id: Id }>) {
  const found = people.limit(COUNTED_MAX + 1)
  return db.selectFrom(found.as('found')).select((eb) => eb.fn.countAll().as('count'))
}
