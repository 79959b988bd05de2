import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { Database } from '../../../database/database.ts'
import type { Id, Schema } from '../../../database/schema.ts'
import { type Cursor, firstNameFirst, firstNameOrder, type ListOrder } from './list-order.ts'
import { matchesSearch } from './search-users.ts'
import { type ListedClinic, type UserFilter, usersWho } from './user-filter.ts'

/** How many people to scan in list order before using the index of all names. */
const LOOKED_AT_FIRST = 1_000

const LAST_CHARACTER = '\u{10ffff}'

export interface Slice {
  order: ListOrder
  cursor: Cursor | undefined
  backwards: boolean
  limit: number
  /** Sort-name prefix, in a list sorted by name; null if the search isn't for a name. */
  beginning: string | null
}

/** In this order: last name matches, first name matches, then the rest. */
type Rank = 0 | 1 | 2

export function beginsWith(column: 'sortName' | 'firstSortName', beginning: string): RawBuilder<boolean> {
  const name = sql.ref(column)
  return sql<boolean>`(${name} >= ${beginning} and ${name} < ${beginning + LAST_CHARACTER})`
}

/** By rank, then by the name that matters for that rank. */
export function rankedOrder(beginning: string): { rank: RawBuilder<Rank>; name: RawBuilder<string> } {
  const { last, first } = foundByName(beginning)
  return {
    rank: sql`case when ${last} then 0 when ${first} then 1 else 2 end`,
    name: sql`case when ${first} then first_sort_name else sort_name end`,
  }
}

function foundByName(beginning: string | null): Record<'last' | 'first' | 'neither', RawBuilder<boolean>> {
  if (beginning === null) return { last: sql`false`, first: sql`false`, neither: sql`true` }
  const [last, first] = [beginsWith('sortName', beginning), beginsWith('firstSortName', beginning)]
  return { last, first: sql`(${first} and not ${last})`, neither: sql`not (${first} or ${last})` }
}

/**
 * Those who are looked for most often stand together in an index, by their last name or by their first. After them, what
 * many people match is found among the first of the list, and what few match, by the index of search texts. The planner
 * takes matches to lie evenly, and would read to the end for the names that begin with Z.
 */
export function foundIds(
  db: Database,
  clinic: ListedClinic,
  search: string,
  choices: UserFilter,
  slice: Slice,
): RawBuilder<Id> {
  const { order, limit, backwards, beginning } = slice
  const { last, first, neither } = foundByName(beginning)
  const isFound = matchesSearch(search, clinic.country)
  const people = usersWho(db, clinic, choices)
  const byLast = people
    .select('id')
    .where(last)
    .where(isAfterCursor(0, slice))
    .$call(sortedBy(order.column, slice))
  const byFirst = people
    .select('id')
    .where(first)
    .where(isAfterCursor(1, slice))
    .$call(sortedBy(firstNameOrder(order).column, slice))
  const window = people
    .select(['id', 'sortName', 'firstSortName', 'searchText', order.column.as('position')])
    .where(isAfterCursor(2, slice))
    .where(backwards ? sql<boolean>`true` : sql<boolean>`(select count(*) from ${BY_NAMES}) < ${limit}`)
    .$call(sortedBy(order.column, { order, limit: LOOKED_AT_FIRST }))
  const near = db
    .selectFrom(window.as('users'))
    .select('id')
    .where(isFound as never)
    .where(neither)
    .orderBy('position', order.direction)
    .orderBy('id', order.direction)
    .limit(limit)
  const far = people
    .select('id')
    .where(isFound)
    .where(isAfterCursor(2, slice))
    .where(neither)
    .where(sql<boolean>`found_first.number < ${limit}`)
    .$call(sortedBy(order.unindexed, slice))
  const before = backwards
    ? sql`near`
    : sql`(select id from ${BY_NAMES} union all select id from near) as before`
  // With a lateral join to a count, the planner starts no parallel workers, which would cost more than the whole page.
  return sql<Id>`(
    with by_last as materialized (${byLast}), by_first as materialized (${byFirst}), near as materialized (${near})
    select id from ${BY_NAMES}
    union
    select id from near
    union
    select far.id from (select count(*) as number from ${before}) as found_first, lateral (${far}) as far)`
}

const BY_NAMES = sql`(select id from by_last union all select id from by_first) as by_names`

/** Whether a rank, or what is left of it, comes after the cursor. */
function isAfterCursor(rank: Rank, { order, cursor, backwards, beginning }: Slice): RawBuilder<boolean> {
  if (!cursor) return sql`true`
  const cursorRank = rankOf(cursor, beginning)
  if (rank === cursorRank) return (rank === 1 ? firstNameOrder(order) : order).isAfter(cursor)
  return sql.lit(rank > cursorRank !== backwards)
}

function rankOf({ key }: Cursor, beginning: string | null): Rank {
  if (beginning === null) return 2
  if (key.startsWith(beginning)) return 0
  return firstNameFirst(key).startsWith(beginning) ? 1 : 2
}

function sortedBy(column: RawBuilder<unknown>, { order, limit }: Pick<Slice, 'order' | 'limit'>) {
  return <Row>(people: SelectQueryBuilder<Schema, 'users', Row>) =>
    people.orderBy(column, order.direction).orderBy('id', order.direction).limit(limit)
}
