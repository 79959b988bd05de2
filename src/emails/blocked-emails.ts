import { type RawBuilder, sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import { prepared } from '../database/prepared.ts'
import type { BlockReason } from '../database/schema.ts'

type Moment = Date | RawBuilder<Date>

/** Why nothing is sent to an address any more; null where it is. */
export async function blockOf(
  db: Database | Transaction,
  email: string,
): Promise<{ reason: BlockReason; since: Date } | null> {
  const [block] = await blocksOf(db, { email: email.toLowerCase() })
  return block ?? null
}

const blocksOf = prepared((db, { email }: { email: string }) =>
  db
    .selectFrom('blockedEmails')
    .select(['reason', 'blockedAt as since'])
    .where('email', '=', email)
    .where(sql<boolean>`blocked_at > coalesce(freed_at, '-infinity')`)
    .$narrowType<{ reason: BlockReason; since: Date }>(),
)

/** Keeps the latest block, regardless of arrival order. */
export async function blockEmail(
  db: Database | Transaction,
  email: string,
  reason: BlockReason,
  at: Moment,
): Promise<void> {
  await sql`
    insert into blocked_emails (email, blocked_at, reason)
    values (${email.toLowerCase()}, least((${at})::timestamptz, now()), ${reason})
    on conflict (email) do update set blocked_at = excluded.blocked_at, reason = excluded.reason
    where (coalesce(blocked_emails.blocked_at, '-infinity'), coalesce(blocked_emails.reason, ''))
      < (excluded.blocked_at, excluded.reason)`.execute(db)
}

/** Someone lifted the block at Postmark. */
export async function freeEmail(db: Database | Transaction, email: string, at: Moment): Promise<void> {
  await sql`
    insert into blocked_emails (email, freed_at)
    values (${email.toLowerCase()}, least((${at})::timestamptz, now()))
    on conflict (email) do update set freed_at = greatest(blocked_emails.freed_at, excluded.freed_at)`.execute(
    db,
  )
}
