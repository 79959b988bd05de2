import type { Database } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { type MailFacts, newestEmail } from '../emails/mail-line.ts'
import { listOrder, type Place, type Sort } from './list-order.ts'
import { beginsWith, foundIds, type Slice } from './list-search.ts'
import type { Role } from './roles.ts'
import { beginningOf } from './search-users.ts'
import { type Clinic, hasOpenInvitation, peopleWho, type UserFilter } from './user-filter.ts'
import { type Status, statusOf } from './users.ts'

export const USERS_PER_PAGE = 50

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
  const order = listOrder(sortWithin(filter, sort), backwards)
  const beginning = filter.search && order.isByName ? beginningOf(filter.search) : null
  const slice = { order, start, backwards, limit: limit + 1, beginning }
  const rows = await pageQuery(db, clinic, filter, slice).execute()

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

function pageQuery(db: Database, clinic: Clinic, { search, ...choices }: UserFilter, slice: Slice) {
  const { order, start, limit, beginning } = slice
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
    .$if(beginning !== null, (query) =>
      query.orderBy(beginsWith(beginning as string), slice.backwards ? 'asc' : 'desc'),
    )
    .orderBy(order.column, order.direction)
    .orderBy('id', order.direction)
    .limit(limit)
}

/** Who has not joined never signed in: all of them stand at one place, and there by name. */
function sortWithin({ status }: UserFilter, sort: Sort): Sort {
  return status === 'invited' || status === 'invitation expired' ? 'name' : sort
}
