import { sql } from 'kysely'
import type { Database } from '../../../database/database.ts'
import type { Id } from '../../../database/schema.ts'
import { type EmailFacts, newestEmail } from '../../../emails/email-line.ts'
import type { Role } from '../../../roles/roles.ts'
import type { PhoneEntry } from '../../../users/phone-form.ts'
import { type Status, statusOf } from '../../../users/users.ts'
import { TEXT_FIELDS, type TextField } from '../../../words/user-fields.ts'
import { isByName, listOrder, type Place, type Sort } from './list-order.ts'
import { foundIds, rankedOrder, type Slice } from './list-search.ts'
import { beginningOf } from './search-users.ts'
import { type ListedClinic, peopleWho, type UserFilter } from './user-filter.ts'

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
  /** Where somebody stands in the list. */
  key: string
  /** Only of people who have not joined, and where it came to grief. */
  newestEmail: EmailFacts | null
}

/** What only the export shows; on a page it would cost and not be seen. */
export interface ExportedUser extends ListedUser, Record<TextField, string | null> {
  email: string
  timeZone: string
  phoneNumbers: PhoneEntry[]
}

export interface UserPage<Listed = ListedUser> {
  users: Listed[]
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
  clinic: ListedClinic,
  options: ListOptions = {},
): Promise<UserPage> {
  const slice = sliceOf(options)
  return pageOf(await pageQuery(db, clinic, slice, options.filter).execute(), slice)
}

/** The same page with all that an export shows. */
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
  return { order: listOrder(sort, backwards), start: before ?? after, backwards, limit: limit + 1, beginning }
}

/** One more than a page was asked for, to learn whether there is more. */
function pageOf<Listed extends Place>(rows: Listed[], { start, backwards, limit }: Slice): UserPage<Listed> {
  const hasMore = rows.length === limit
  const users = hasMore ? rows.slice(0, -1) : rows
  if (backwards) users.reverse()
  return {
    users,
    before: (backwards ? hasMore : start !== undefined) ? (users[0] ?? null) : null,
    after: backwards || hasMore ? (users.at(-1) ?? null) : null,
  }
}

function pageQuery(
  db: Database,
  clinic: ListedClinic,
  slice: Slice,
  { search, ...choices }: UserFilter = {},
) {
  const { order, start, backwards, limit, beginning } = slice
  const people = search
    ? db
        .selectFrom('users')
        .where('clinicId', '=', clinic.clinicId)
        .where('id', 'in', foundIds(db, clinic, search, choices, slice))
    : peopleWho(db, clinic, choices).$if(start !== undefined, (query) =>
        query.where(order.past(start as Place)),
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

/** Who has not joined never signed in: all of them stand at one place, and there by name. */
function sortWithin({ status }: UserFilter, sort: Sort): Sort {
  return status === 'invited' || status === 'invitation expired' ? 'name' : sort
}
