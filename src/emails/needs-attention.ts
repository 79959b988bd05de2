import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { emailStateOf, isTrouble } from './email-states.ts'

/**
 * Says beside a user, so that the list has an index of it, whether the newest email with an outcome is in trouble.
 * A queued one has none yet, so the trouble before it stands. To be called in the transaction that changes an outcome,
 * the user's email address, or whether they have joined.
 */
export async function keepNeedsAttention(trx: Transaction, user: { clinicId: Id; id: Id }): Promise<void> {
  const { clinicId, id } = user
  const rows = trx.selectFrom('users').select('needsAttention')
  // Locked first and read afterwards: of two outcomes at once, neither is missed.
  const locked = rows.where('clinicId', '=', clinicId).where('id', '=', id).forNoKeyUpdate()
  const before = await locked.executeTakeFirstOrThrow()
  const email = await newestWithOutcome(trx, user)
  const needsAttention = email !== undefined && isTrouble(emailStateOf(email))
  if (needsAttention === before.needsAttention) return
  const update = trx.updateTable('users').set({ needsAttention })
  await update.where('clinicId', '=', clinicId).where('id', '=', id).execute()
}

/** Only emails to the address they have now. Once they have joined, no invitation matters any more. */
function newestWithOutcome(trx: Transaction, { clinicId, id }: { clinicId: Id; id: Id }) {
  return trx
    .selectFrom('emails')
    .innerJoin('users', (join) =>
      join.onRef('users.clinicId', '=', 'emails.clinicId').onRef('users.id', '=', 'emails.userId'),
    )
    .selectAll('emails')
    .where('emails.clinicId', '=', clinicId)
    .where('emails.userId', '=', id)
    .where(sql<boolean>`lower(emails.recipient) = lower(users.email)`)
    .where((eb) => eb.or([eb('users.joinedAt', 'is', null), eb('emails.kind', '<>', 'invitation')]))
    .where((eb) =>
      eb.or([
        eb('emails.sentAt', 'is not', null),
        eb.and([
          eb('emails.failedAt', 'is not', null),
          sql<boolean>`emails.failure_kind is distinct from 'unwanted'`,
        ]),
      ]),
    )
    .orderBy('emails.id', 'desc')
    .limit(1)
    .executeTakeFirst()
}
