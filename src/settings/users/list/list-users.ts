import { sql } from 'kysely'
import type { Database } from '../../../database/database.ts'
import type { PhoneEntry } from '../../../users/phone-form.ts'
import { DATE_FIELDS, type DateField, TEXT_FIELDS, type TextField } from '../../../words/user-fields.ts'
import type { Cursor, Sort } from './list-order.ts'
import { type ListedUser, type ListPart, readPart } from './list-part.ts'
import { findUsers } from './list-search.ts'
import type { ListedClinic, UserFilter } from './user-filter.ts'

export type { ListedUser } from './list-part.ts'

const USERS_PER_PAGE = 50

/** Only for the export; too slow for a page that doesn't show it. */
export interface ExportedUser extends ListedUser, Record<TextField | DateField, string | null> {
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
  { filter = {}, after, before, limit = USERS_PER_PAGE, ...asked }: ListOptions = {},
): Promise<UserPage> {
  const { search, ...choices } = filter
  const part: ListPart = {
    sort: sortWithin(filter, asked.sort ?? 'name'),
    backwards: before !== undefined,
    choices,
    cursor: before ?? after,
    limit: limit + 1,
  }
  const people = search
    ? await findUsers(db, clinic, { ...part, text: search })
    : await readPart(db, clinic, part)
  return pageOf(people, part)
}

/** The same, with everything an export includes. */
export async function listUsersInFull(
  db: Database,
  clinic: ListedClinic,
  options: ListOptions,
): Promise<UserPage<ExportedUser>> {
  const page = await listUsers(db, clinic, options)
  if (page.users.length === 0) return { ...page, users: [] }
  const rest = await db
    .selectFrom('users')
    .select(['id', ...TEXT_FIELDS, ...DATE_FIELDS, 'email', 'timeZone', phonesOf.as('phoneNumbers')])
    .where('clinicId', '=', clinic.clinicId)
    .where(
      'id',
      'in',
      page.users.map(({ id }) => id),
    )
    .execute()
  const restOf = new Map(rest.map((user) => [user.id, user]))
  // Users are never deleted one by one.
  const users = page.users.flatMap((user) => {
    const more = restOf.get(user.id)
    return more ? [{ ...user, ...more }] : []
  })
  return { ...page, users }
}

const phonesOf = sql<PhoneEntry[]>`coalesce((
  select jsonb_agg(jsonb_build_object('type', type, 'number', number) order by phone_numbers.id)
  from phone_numbers
  where phone_numbers.clinic_id = users.clinic_id and phone_numbers.user_id = users.id), '[]')`

/** One extra row tells whether there's another page. */
function pageOf(rows: ListedUser[], { cursor, backwards, limit }: ListPart): UserPage {
  const hasMore = rows.length === limit
  const users = hasMore ? rows.slice(0, -1) : rows
  if (backwards) users.reverse()
  return {
    users,
    before: (backwards ? hasMore : cursor !== undefined) ? (users[0] ?? null) : null,
    after: backwards || hasMore ? (users.at(-1) ?? null) : null,
  }
}

/** Who has not joined never signed in: their last sign-in is the same, so they are sorted by name. */
function sortWithin({ status }: UserFilter, sort: Sort): Sort {
  return status === 'invited' || status === 'invitation expired' ? 'name' : sort
}
