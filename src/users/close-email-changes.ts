import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import type { Id, User } from '../database/schema.ts'
import { type Actor, recordEvent } from '../events/events.ts'

/** Returns the address that was pending, if any. */
export async function closeEmailChanges(
  trx: Transaction,
  user: Pick<User, 'id' | 'clinicId'>,
): Promise<string | null> {
  const closed = await trx
    .updateTable('emailChanges')
    .set({ withdrawnAt: sql`now()` })
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .where('confirmedAt', 'is', null)
    .where('withdrawnAt', 'is', null)
    .returning('newEmail')
    .executeTakeFirst()
  return closed?.newEmail ?? null
}

/** Someone knows the password or reads the old mailbox, so nothing was lost. True if a replacement was pending. */
export async function stopReplacement(
  db: Database | Transaction,
  actor: Actor,
  user: Pick<User, 'id' | 'clinicId'>,
  changeId?: Id,
): Promise<boolean> {
  const stopped = await db
    .updateTable('emailChanges')
    .set({ withdrawnAt: sql`now()` })
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .where('identifiedBy', 'is not', null)
    .where('confirmedAt', 'is', null)
    .where('withdrawnAt', 'is', null)
    .$if(changeId !== undefined, (query) => query.where('id', '=', changeId as Id))
    .returning('newEmail')
    .executeTakeFirst()
  if (!stopped) return false
  const before = { email: stopped.newEmail }
  await recordEvent(db, actor, { action: 'email-replacement.stopped', subjectId: user.id, before })
  return true
}
