import { type ExpressionBuilder, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Id, Schema } from '../database/schema.ts'
import { listOrder, type Place, type Sort } from './list-order.ts'
import type { Role } from './roles.ts'
import { matchesSearch } from './search-users.ts'
import { type Status, statusOf } from './users.ts'

export const USERS_PER_PAGE = 50

/** Beyond it nobody reads on, and counting would cost more the larger the clinic is. */
export const COUNTED_MAX = 1_000

export interface Clinic {
  accountId: Id
  /** Where phone numbers without a country code belong. */
  country: string
}

/** Without a status: everyone but those who were deactivated. */
export interface UserFilter {
  search?: string
  status?: Status
  role?: Role
  isPractitioner?: boolean
}

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
}

export interface UserPage<Row = ListedUser> {
  users: Row[]
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
  const rows = await peopleWho(db, clinic, filter)
    .select(['id', 'firstName', 'lastName', 'role', 'isPractitioner', 'isOwner', 'lastSignInAt'])
    .select(['title', 'email', 'profession', 'phoneDigits'])
    .select(['joinedAt', 'deactivatedAt', order.key.as('key')])
    .select((eb) => hasOpenInvitation(eb).as('hasOpenInvitation'))
    .$if(start !== undefined, (query) => query.where(order.past(start as Place)))
    .orderBy(order.column, order.direction)
    .orderBy('id', order.direction)
    .limit(limit + 1)
    .execute()

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
    .$if(needsCounting(filter), (query) => query.select(() => boundedCount(db, clinic, filter).as('counted')))
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

function boundedCount(db: Database, clinic: Clinic, filter: UserFilter) {
  // In the order of the list, so that the index that serves the page serves the count.
  const found = peopleWho(db, clinic, filter)
    .select('id')
    .orderBy('sortName')
    .orderBy('id')
    .limit(COUNTED_MAX + 1)
  return db.selectFrom(found.as('found')).select((eb) => eb.fn.countAll().as('count'))
}

/** Who has not joined never signed in: all of them stand at one place, and there by name. */
function sortWithin({ status }: UserFilter, sort: Sort): Sort {
  return status === 'invited' || status === 'invitation expired' ? 'name' : sort
}

function peopleWho(db: Database, { accountId, country }: Clinic, filter: UserFilter) {
  const { search, status, role, isPractitioner } = filter
  return db
    .selectFrom('users')
    .where('accountId', '=', accountId)
    .where('deactivatedAt', status === 'deactivated' ? 'is not' : 'is', null)
    .$if(status === 'active', (query) => query.where('joinedAt', 'is not', null))
    .$if(status === 'invited', (query) => query.where('joinedAt', 'is', null).where(hasOpenInvitation))
    .$if(status === 'invitation expired', (query) =>
      query.where('joinedAt', 'is', null).where((eb) => eb.not(hasOpenInvitation(eb))),
    )
    .$if(role !== undefined, (query) => query.where('role', '=', role as Role))
    .$if(isPractitioner !== undefined, (query) =>
      query.where('isPractitioner', '=', isPractitioner as boolean),
    )
    .$if(Boolean(search), (query) => query.where(matchesSearch(search as string, country)))
}

function hasOpenInvitation(eb: ExpressionBuilder<Schema, 'users'>) {
  return eb
    .exists(
      eb
        .selectFrom('invitations')
        .select('invitations.id')
        .whereRef('invitations.accountId', '=', 'users.accountId')
        .whereRef('invitations.userId', '=', 'users.id')
        .where('acceptedAt', 'is', null)
        .where('revokedAt', 'is', null)
        .where('expiresAt', '>', sql<Date>`now()`),
    )
    .$castTo<boolean>()
}
