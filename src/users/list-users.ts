import { sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { type MailFacts, newestEmail } from '../emails/mail-line.ts'
import { type ListOrder, listOrder, type Place, type Sort } from './list-order.ts'
import type { Role } from './roles.ts'
import { matchesSearch } from './search-users.ts'
import { type Clinic, hasOpenInvitation, peopleWho, type UserFilter } from './user-filter.ts'
import { type Status, statusOf } from './users.ts'

export const USERS_PER_PAGE = 50

/** A search looks at so many people in the list's order before it asks the index of all names. */
const LOOKED_AT_FIRST = 1_000

export interface ListedUser {
  id: Id
  firstName: string
  lastName: string
  role: Role
  isPractitioner: boolean
  isOwner: boolean
  status: Status
  lastSignInAt: Date | null
  title: string | null
  email: string
  profession: string | null
  /** E.164. */
  phoneNumbers: string[]
  /** Only of people who have not joined, and where it came to grief. */
  newestEmail: MailFacts | null
}

export interface UserPage {
  users: ListedUser[]
  /** Places to go on from, or null where there is nothing more. */
  before: Place | null
  after: Place | null
}

export interface ListOptions {
  filter?: UserFilter
  sort?: Sort
  after?: Place | undefined
  before?: Place | undefined
  limit?: number
}

/** A page of people. It goes on from a place, not from a number, so that changes in between lose nobody. */
export async function listUsers(
  db: Database,
  clinic: Clinic,
  { filter = {}, sort = 'name', after, before, limit = USERS_PER_PAGE }: ListOptions = {},
): Promise<UserPage> {
  const backwards = before !== undefined
  const start = before ?? after
  const rows = await pageQuery(db, clinic, filter, {
    order: listOrder(sortWithin(filter, sort), backwards),
    start,
    limit: limit + 1,
  }).execute()

  const page = rows.slice(0, limit)
  if (backwards) page.reverse()
  const hasMore = rows.length > limit
  return {
    users: page.map(({ key: _key, phoneDigits, joinedAt, deactivatedAt, hasOpenInvitation, ...user }) => ({
      ...user,
      phoneNumbers: phoneDigits.split(' ').flatMap((digits) => (digits ? [`+${digits}`] : [])),
      status: statusOf({ joinedAt, deactivatedAt, hasOpenInvitation }),
    })),
    before: (backwards ? hasMore : start !== undefined) ? (page[0] ?? null) : null,
    after: backwards || hasMore ? (page.at(-1) ?? null) : null,
  }
}

interface Slice {
  order: ListOrder
  start: Place | undefined
  limit: number
}

function pageQuery(db: Database, clinic: Clinic, { search, ...choices }: UserFilter, slice: Slice) {
  const { order, start, limit } = slice
  const people = search
    ? db
        .selectFrom('users')
        .where('accountId', '=', clinic.accountId)
        .where('id', 'in', foundIds(db, clinic, search, choices, slice))
    : peopleWho(db, clinic, choices).$if(start !== undefined, (query) =>
        query.where(order.past(start as Place)),
      )
  return people
    .select(['id', 'firstName', 'lastName', 'role', 'isPractitioner', 'isOwner', 'lastSignInAt'])
    .select(['title', 'email', 'profession', 'phoneDigits'])
    .select(['joinedAt', 'deactivatedAt', order.key.as('key')])
    .select((eb) => hasOpenInvitation(eb).as('hasOpenInvitation'))
    .select(newestEmail.as('newestEmail'))
    .orderBy(order.column, order.direction)
    .orderBy('id', order.direction)
    .limit(limit)
}

/**
 * What many people match is found among the first; what few match, by the index of search texts. The planner takes
 * matches to lie evenly in the list, and would read it to the end for the names that begin with Z.
 */
function foundIds(
  db: Database,
  clinic: Clinic,
  search: string,
  choices: UserFilter,
  { order, start, limit }: Slice,
) {
  const people = peopleWho(db, clinic, choices).$if(start !== undefined, (query) =>
    query.where(order.past(start as Place)),
  )
  const isFound = matchesSearch(search, clinic.country)
  const first = people
    .select(['id', 'searchText', order.column.as('place')])
    .orderBy(order.column, order.direction)
    .orderBy('id', order.direction)
    .limit(LOOKED_AT_FIRST)
  const near = db
    .selectFrom(first.as('users'))
    .select('id')
    .where(isFound as never)
    .orderBy('place', order.direction)
    .orderBy('id', order.direction)
    .limit(limit)
  const far = people
    .select('id')
    .where(isFound)
    .where(sql<boolean>`near_found.number < ${limit}`)
    .orderBy(order.unindexed, order.direction)
    .orderBy('id', order.direction)
    .limit(limit)
  // By the lateral join the planner starts no parallel workers, which would cost more than the whole page.
  return sql<Id>`(
    with near as materialized (${near})
    select id from near
    union
    select far.id from (select count(*) as number from near) as near_found, lateral (${far}) as far)`
}

/** Who has not joined never signed in: all of them stand at one place, and there by name. */
function sortWithin({ status }: UserFilter, sort: Sort): Sort {
  return status === 'invited' || status === 'invitation expired' ? 'name' : sort
}
