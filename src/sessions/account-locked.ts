import { sql } from 'kysely'
import { hasAccessToday } from '../clinics/access-dates.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Id, LockReason } from '../database/schema.ts'
import { queueEmail } from '../emails/outbox.ts'
import { hideDuration } from './hide-duration.ts'

/**
 * Tells the owner of an account that wrong passwords were typed for it, if there is one; whoever typed them learns
 * nothing of it. Strangers can cause it, so each reason is told at most once a day.
 */
export async function tellLocked(
  db: Database,
  user: { clinicId: Id; id: Id } | null,
  reason: LockReason,
): Promise<void> {
  await hideDuration(db.transaction().execute(async (trx) => user && tellOnce(trx, user, reason)))
}

async function tellOnce(
  trx: Transaction,
  { clinicId, id: userId }: { clinicId: Id; id: Id },
  reason: LockReason,
): Promise<void> {
  const person = trx
    .selectFrom('users')
    .select('email')
    .where('clinicId', '=', clinicId)
    .where('id', '=', userId)
    .where('joinedAt', 'is not', null)
    .where('deactivatedAt', 'is', null)
    .where(hasAccessToday())
    .forNoKeyUpdate()
  const active = await person.executeTakeFirst()
  if (!active || (await wasTold(trx, userId, clinicId, reason))) return
  await queueEmail(trx, {
    clinicId,
    userId,
    recipient: active.email,
    lockReason: reason,
    kind: 'account locked',
  })
}

async function wasTold(trx: Transaction, userId: Id, clinicId: Id, reason: LockReason): Promise<boolean> {
  const told = trx
    .selectFrom('emails')
    .select('id')
    .where('clinicId', '=', clinicId)
    .where('userId', '=', userId)
    .where('lockReason', '=', reason)
    .where('createdAt', '>', sql<Date>`now() - interval '1 day'`)
  return (await told.limit(1).executeTakeFirst()) !== undefined
}
