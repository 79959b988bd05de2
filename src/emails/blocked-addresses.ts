import { type RawBuilder, sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import type { BlockReason } from '../database/schema.ts'

type Moment = Date | RawBuilder<Date>

/** Why nothing is sent to the address any more; null where it is. */
export async function blockOf(
  db: Database | Transaction,
  address: string,
): Promise<{ reason: BlockReason; since: Date } | null> {
  const block = await db
    .selectFrom('blockedAddresses')
    .select(['reason', 'blockedAt as since'])
    .where('address', '=', address.toLowerCase())
    .where(sql<boolean>`blocked_at > coalesce(freed_at, '-infinity')`)
    .$narrowType<{ reason: BlockReason; since: Date }>()
    .executeTakeFirst()
  return block ?? null
}

/** Keeps the latest block, in whatever order two become known. */
export async function blockAddress(
  db: Database | Transaction,
  address: string,
  reason: BlockReason,
  at: Moment,
): Promise<void> {
  await sql`
    insert into blocked_addresses (address, blocked_at, reason)
    values (${address.toLowerCase()}, least((${at})::timestamptz, now()), ${reason})
    on conflict (address) do update set blocked_at = excluded.blocked_at, reason = excluded.reason
    where (coalesce(blocked_addresses.blocked_at, '-infinity'), coalesce(blocked_addresses.reason, ''))
      < (excluded.blocked_at, excluded.reason)`.execute(db)
}

/** Somebody lifted the block at Postmark. */
export async function freeAddress(db: Database | Transaction, address: string, at: Moment): Promise<void> {
  await sql`
    insert into blocked_addresses (address, freed_at)
    values (${address.toLowerCase()}, least((${at})::timestamptz, now()))
    on conflict (address) do update set freed_at = greatest(blocked_addresses.freed_at, excluded.freed_at)`.execute(
    db,
  )
}
