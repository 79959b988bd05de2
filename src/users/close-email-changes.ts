import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { User } from '../database/schema.ts'

/** Answers the address that was waiting, if one was. */
export async function closeEmailChanges(
  trx: Transaction,
  user: Pick<User, 'id' | 'accountId'>,
): Promise<string | null> {
  const closed = await trx
    .updateTable('emailChanges')
    .set({ withdrawnAt: sql`now()` })
    .where('accountId', '=', user.accountId)
    .where('userId', '=', user.id)
    .where('confirmedAt', 'is', null)
    .where('withdrawnAt', 'is', null)
    .returning('newEmail')
    .executeTakeFirst()
  return closed?.newEmail ?? null
}
