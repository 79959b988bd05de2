import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Id, Schema } from '../database/schema.ts'
import { listOrder } from './list-order.ts'
import { beginsWith } from './list-search.ts'
import { matchesSearch } from './search-users.ts'
import { type Clinic, peopleWho, type UserFilter } from './user-filter.ts'

/** Beyond it nobody reads on, and counting would cost more the larger the clinic is. */
export const COUNTED_MAX = 1_000

export interface Counts {
  /** How many are charged for and how many are free, kept up to date by the database itself. */
  practitioners: number
  administrative: number
  /** How many the filter finds; at most one more than `COUNTED_MAX`. */
  found: number
}

export async function countUsers(db: Database, clinic: Clinic, filter: UserFilter = {}): Promise<Counts> {
  const { practitioners, administrative, counted } = await db
    .selectFrom('accounts')
    .select(['practitioners', 'administrative'])
    .$if(needsCounting(filter), (query) => query.select(boundedCount(db, clinic, filter).as('counted')))
    .where('id', '=', clinic.accountId)
    .executeTakeFirstOrThrow()
  if (counted !== undefined) return { practitioners, administrative, found: Number(counted) }
  const { isPractitioner } = filter
  const found = (isPractitioner !== false ? practitioners : 0) + (isPractitioner ? 0 : administrative)
  return { practitioners, administrative, found: Math.min(found, COUNTED_MAX + 1) }
}

function needsCounting({ search, status, role }: UserFilter): boolean {
  return Boolean(search || status || role)
}

/** Where so many last names begin with the search, nobody needs to look for it elsewhere. */
function boundedCount(db: Database, clinic: Clinic, filter: UserFilter): RawBuilder<number> {
  const all = countFound(db, clinic, filter)
  const begins = filter.search ? beginsWith(filter.search, listOrder('name', false)) : null
  if (!begins) return sql<number>`(${all})`
  const enough = countOf(db, peopleWho(db, clinic, filter).where(begins).orderBy('sortName').select('id'))
  return sql<number>`(
    select case when beginning.count > ${COUNTED_MAX} then beginning.count else (${all}) end
    from (${enough}) as beginning)`
}

function countFound(db: Database, clinic: Clinic, { search, ...choices }: UserFilter) {
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
