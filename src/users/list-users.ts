import { type ExpressionBuilder, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Id, Schema } from '../database/schema.ts'
import type { Role } from './roles.ts'
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
}

export interface UserPage {
  users: ListedUser[]
  /** Ids to go on from, or null where there is nothing more. */
  before: Id | null
  after: Id | null
}

/** A page of people by name. It goes on from a person, not from a number, so that changes in between lose nobody. */
export async function listUsers(
  db: Database,
  accountId: Id,
  from: { after?: Id | undefined; before?: Id | undefined } = {},
): Promise<UserPage> {
  const backwards = from.before !== undefined
  const anchor = from.before ?? from.after
  const direction = backwards ? 'desc' : 'asc'
  const rows = await db
    .selectFrom('users')
    .select([
      'id',
      'firstName',
      'lastName',
      'role',
      'isPractitioner',
      'isOwner',
      'joinedAt',
      'deactivatedAt',
      'lastSignInAt',
    ])
    .select(hasOpenInvitation)
    .where('accountId', '=', accountId)
    .$if(anchor !== undefined, (query) => query.where(pastAnchor(accountId, anchor as Id, backwards)))
    .orderBy('sortName', direction)
    .orderBy('id', direction)
    .limit(USERS_PER_PAGE + 1)
    .execute()

  const hasMore = rows.length > USERS_PER_PAGE
  const page = rows.slice(0, USERS_PER_PAGE)
  if (backwards) page.reverse()
  return {
    users: page.map(({ joinedAt, deactivatedAt, hasOpenInvitation, ...user }) => ({
      ...user,
      status: statusOf({ joinedAt, deactivatedAt, hasOpenInvitation }),
    })),
    before: (backwards ? hasMore : anchor !== undefined) ? (page[0]?.id ?? null) : null,
    after: (backwards ? true : hasMore) ? (page.at(-1)?.id ?? null) : null,
  }
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
    .as('hasOpenInvitation')
}

function pastAnchor(accountId: Id, anchor: Id, backwards: boolean) {
  const comparison = sql.raw(backwards ? '<' : '>')
  return sql<boolean>`(sort_name, id) ${comparison} (
    select sort_name, id from users where account_id = ${accountId} and id = ${anchor})`
}

/** How many are charged for and how many are free, kept up to date by the database itself. */
export async function countUsers(
  db: Database,
  accountId: Id,
): Promise<{ practitioners: number; administrative: number }> {
  const row = await db
    .selectFrom('accounts')
    .select(['practitioners', 'administrative'])
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  return row
}
