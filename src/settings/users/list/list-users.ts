import { sql } from 'kysely'
import type { Database } from '../../../database/database.ts'
import type { Id } from '../../../database/schema.ts'
import { type EmailFacts, newestEmail } from '../../../emails/email-line.ts'
import type { Role } from '../../../roles/roles.ts'
import type { PhoneEntry } from '../../../users/phone-form.ts'
import { type Status, statusOf } from '../../../users/users.ts'
import { TEXT_FIELDS, type TextField } from '../../../words/user-fields.ts'
import { type Cursor, isByName, listOrder, type Sort } from './list-order.ts'
import { foundIds, rankedOrder, type Slice } from './list-search.ts'
import { beginningOf } from './search-users.ts'
import { type ListedClinic, type UserFilter, usersWho } from './user-filter.ts'

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
  /** A person's position in the list. */
  key: string
  /** Only for people who haven't joined, or if it failed. */
  newestEmail: EmailFacts | null
}

/** Only for the export; too slow for a page that doesn't show it. */
export interface ExportedUser extends ListedUser, Record<TextField, string | null> {
  email: string
  timeZone: string
  phoneNumbers: PhoneEntry[]
}

export interface UserPage<Listed = ListedUser> {
  users: Listed[]
  /** Cursors of the pages before and after, or null where there is none. */
  before: Cursor | null
  after: Cursor | null
}

export interface ListOptions {
  filter?: UserFilter
  sort?: Sort
  after?: Cursor | undefined
  before?: Cursor | undefined
  limit?: number
}

/** A page of users, by keyset pagination: a cursor and not a page number, so that changes in between lose no one. */
export async function listUsers(
  db: Database,
  clinic: ListedClinic,
  options: ListOptions = {},
): Promise<UserPage> {
  const slice = sliceOf(options)
  return pageOf(await pageQuery(db, clinic, slice, options.filter).execute(), slice)
}

/** The same, with everything an export includes. */
export async function listUsersInFull(
  db: Database,
  clinic: ListedClinic,
  options: ListOptions,
): Promise<UserPage<ExportedUser>> {
  const slice = sliceOf(options)
  const people = pageQuery(db, clinic, slice, options.filter)
  const rows = await people
    .select([...TEXT_FIELDS, 'email', 'timeZone', phonesOf.as('phoneNumbers')])
    .execute()
  return pageOf(rows, slice)
}

const phonesOf = sql<PhoneEntry[]>`coalesce((
  select jsonb_agg(jsonb_build_object('type', type, 'number', number) order by phone_numbers.id)
  from phone_numbers
  where phone_numbers.clinic_id = users.clinic_id and phone_numbers.user_id = users.id), '[]')`

function sliceOf({ filter = {}, after, before, limit = USERS_PER_PAGE, ...asked }: ListOptions): Slice {
  const sort = sortWithin(filter, asked.sort ?? 'name')
  const backwards = before !== undefined
  const beginning = filter.search && isByName(sort) ? beginningOf(filter.search) : null
  return {
    order: listOrder(sort, backwards),
    cursor: before ?? after,
    backwards,
    limit: limit + 1,
    beginning,
  }
}

/** One extra row tells whether there's another page. */
function pageOf<Listed extends Cursor>(
  rows: Listed[],
  { cursor, backwards, limit }: Slice,
): UserPage<Listed> {
  const hasMore = rows.length === limit
  const users = hasMore ? rows.slice(0, -1) : rows
  if (backwards) users.reverse()
  return {
    users,
    before: (backwards ? hasMore : cursor !== undefined) ? (users[0] ?? null) : null,
    after: backwards || hasMore ? (users.at(-1) ?? null) : null,
  }
}

function pageQuery(
  db: Database,
  clinic: ListedClinic,
  slice: Slice,
  { search, ...choices }: UserFilter = {},
) {
  const { order, cursor, backwards, limit, beginning } = slice
  const people = search
    ? db
        .selectFrom('users')
        .where('clinicId', '=', clinic.clinicId)
        .where('id', 'in', foundIds(db, clinic, search, choices, slice))
    : usersWho(db, clinic, choices).$if(cursor !== undefined, (query) =>
        query.where(order.isAfter(cursor as Cursor)),
      )
  return people
    .select(['id', 'firstName', 'lastName', 'role', 'isPractitioner', 'isOwner', 'lastSignInAt'])
    .select([order.key.as('key'), newestEmail.as('newestEmail')])
    .select((eb) => statusOf(eb).as('status'))
    .$call((query) => {
      if (beginning === null) return query.orderBy(order.column, order.direction)
      const { rank, name } = rankedOrder(beginning)
      return query.orderBy(rank, backwards ? 'desc' : 'asc').orderBy(name, order.direction)
    })
    .orderBy('id', order.direction)
    .limit(limit)
}

/** Who has not joined never signed in: their last sign-in is the same, so they are sorted by name. */
function sortWithin({ status }: UserFilter, sort: Sort): Sort {
  return status === 'invited' || status === 'invitation expired' ? 'name' : sort
}
