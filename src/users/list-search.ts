import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Id, Schema } from '../database/schema.ts'
import type { ListOrder, Place } from './list-order.ts'
import { matchesSearch } from './search-users.ts'
import { type Clinic, peopleWho, type UserFilter } from './user-filter.ts'

/** So many people are looked at in the list's order before the index of all names is asked. */
const LOOKED_AT_FIRST = 1_000

const LAST_CHARACTER = '\u{10ffff}'

export interface Slice {
  order: ListOrder
  start: Place | undefined
  backwards: boolean
  limit: number
  /** Sorted by name, those whose last name begins with it stand before the rest; null where nothing does. */
  beginning: string | null
}

/** It is they who are looked for most often, and they stand together in the index, however many others there are. */
export function beginsWith(beginning: string): RawBuilder<boolean> {
  return sql<boolean>`(sort_name >= ${beginning} and sort_name < ${beginning + LAST_CHARACTER})`
}

/**
 * After those, what many people match is found among the first of the list, and what few match, by the index of search
 * texts. The planner takes matches to lie evenly, and would read to the end for the names that begin with Z.
 */
export function foundIds(
  db: Database,
  clinic: Clinic,
  search: string,
  choices: UserFilter,
  slice: Slice,
): RawBuilder<Id> {
  const { order, limit, backwards, beginning } = slice
  const begins = beginning === null ? sql<boolean>`false` : beginsWith(beginning)
  const isFound = matchesSearch(search, clinic.country)
  const { first, rest } = partsFrom(slice)
  const people = peopleWho(db, clinic, choices)
  const foremost = people
    .select('id')
    .where(begins)
    .where(isFound)
    .where(first)
    .$call(sortedBy(order.column, slice))
  const window = people
    .select(['id', 'sortName', 'searchText', order.column.as('place')])
    .where(rest)
    .where(backwards ? sql<boolean>`true` : sql<boolean>`(select count(*) from foremost) < ${limit}`)
    .$call(sortedBy(order.column, { order, limit: LOOKED_AT_FIRST }))
  const near = db
    .selectFrom(window.as('users'))
    .select('id')
    .where(isFound as never)
    .where(sql<boolean>`not ${begins}`)
    .orderBy('place', order.direction)
    .orderBy('id', order.direction)
    .limit(limit)
  const far = people
    .select('id')
    .where(isFound)
    .where(rest)
    .where(sql<boolean>`not ${begins}`)
    .where(sql<boolean>`found_first.number < ${limit}`)
    .$call(sortedBy(order.unindexed, slice))
  const before = backwards
    ? sql`near`
    : sql`(select id from foremost union all select id from near) as before`
  // By the lateral join to a count the planner starts no parallel workers, which would cost more than the whole page.
  return sql<Id>`(
    with foremost as materialized (${foremost}), near as materialized (${near})
    select id from foremost
    union
    select id from near
    union
    select far.id from (select count(*) as number from ${before}) as found_first, lateral (${far}) as far)`
}

/** Where each part of the list goes on: those whose names begin with the search stand before the rest. */
function partsFrom({ order, start, backwards, beginning }: Slice) {
  const [all, none] = [sql<boolean>`true`, sql<boolean>`false`]
  if (!start) return { first: all, rest: all }
  const past = order.past(start)
  const isAmongFirst = beginning !== null && start.key.startsWith(beginning)
  if (isAmongFirst) return { first: past, rest: backwards ? none : all }
  return { first: backwards ? all : none, rest: past }
}

function sortedBy(column: RawBuilder<unknown>, { order, limit }: Pick<Slice, 'order' | 'limit'>) {
  return <Row>(people: SelectQueryBuilder<Schema, 'users', Row>) =>
    people.orderBy(column, order.direction).orderBy('id', order.direction).limit(limit)
}
