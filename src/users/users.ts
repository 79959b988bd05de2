import { type ExpressionBuilder, sql, type UpdateObject } from 'kysely'
import { closedToday } from '../clinics/access-dates.ts'
import type { Database, Transaction } from '../database/database.ts'
import { prepared } from '../database/prepared.ts'
import type { Id, PhoneNumbersTable, Schema, User } from '../database/schema.ts'
import { keepNeedsAttention } from '../emails/needs-attention.ts'
import { emailProblem } from './email-rules.ts'

export type Status =
  | 'invited'
  | 'invitation expired'
  | 'starts later'
  | 'active'
  | 'access ended'
  | 'deactivated'

/** Not `exists`, for which the planner would read everyone's open invitations; at most one is open. */
export function hasOpenInvitation(eb: ExpressionBuilder<Schema, 'users'>) {
  const open = eb
    .selectFrom('invitations')
    .select(sql.lit(true).as('isOpen'))
    .whereRef('invitations.clinicId', '=', 'users.clinicId')
    .whereRef('invitations.userId', '=', 'users.id')
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', sql<Date>`now()`)
  return eb.fn.coalesce(open, sql.lit(false)).$castTo<boolean>()
}

/** Statuses are derived, never stored. */
export function statusOf(eb: ExpressionBuilder<Schema, 'users'>) {
  return sql<Status>`case
    when deactivated_at is not null then 'deactivated'
    when ${closedToday()} = 'ended' then 'access ended'
    when joined_at is null and ${hasOpenInvitation(eb)} then 'invited'
    when joined_at is null then 'invitation expired'
    when ${closedToday()} = 'not begun' then 'starts later'
    else 'active' end`
}

/** Null for an id of another clinic, so that no one learns whose it is. */
export async function findUser(
  db: Database | Transaction,
  clinicId: Id,
  id: Id,
): Promise<(User & { status: Status }) | null> {
  const [user] = await userById(db, { clinicId, id })
  return user ?? null
}

type Key = Pick<User, 'clinicId' | 'id'>

const userById = prepared((db, { clinicId, id }: Key) =>
  db
    .selectFrom('users')
    .selectAll()
    .select((eb) => statusOf(eb).as('status'))
    .where('clinicId', '=', clinicId)
    .where('id', '=', id),
)

/** Ignores case. An invalid address matches no one: other alphabets have letters whose lower case is one of ours. */
export async function findUserByEmail(
  db: Database | Transaction,
  clinicId: Id,
  email: string,
): Promise<User | null> {
  if (emailProblem(email)) return null
  const user = db
    .selectFrom('users')
    .selectAll()
    .where('clinicId', '=', clinicId)
    .where(sql`lower(email)`, '=', email.toLowerCase())
    .where('emailFreedAt', 'is', null)
  return (await user.executeTakeFirst()) ?? null
}

export async function changeUser(
  trx: Transaction,
  { clinicId, id }: Pick<User, 'clinicId' | 'id'>,
  changes: UpdateObject<Schema, 'users'>,
): Promise<void> {
  await trx
    .updateTable('users')
    .set({ ...changes, updatedAt: sql`now()` })
    .where('clinicId', '=', clinicId)
    .where('id', '=', id)
    .execute()
  if (changes.email !== undefined || changes.joinedAt !== undefined)
    await keepNeedsAttention(trx, { clinicId, id })
}

export async function phoneNumbersOf(
  db: Database | Transaction,
  { clinicId, id }: Key,
): Promise<Pick<PhoneNumbersTable, 'type' | 'number'>[]> {
  return phonesById(db, { clinicId, id })
}

const phonesById = prepared((db, { clinicId, id }: Key) =>
  db
    .selectFrom('phoneNumbers')
    .select(['type', 'number'])
    .where('clinicId', '=', clinicId)
    .where('userId', '=', id)
    .orderBy('id'),
)
