import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { User } from '../database/schema.ts'
import { queueEmail } from '../emails/outbox.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { stopReplacement } from '../users/close-email-changes.ts'
import { endAccess } from './end-access.ts'
import { clearAttempts } from './throttling.ts'
import { clearVerificationsOf } from './verification-tries.ts'

/** A new password ends every session and unlocks the account; the person is notified. */
export async function setPassword(
  trx: Transaction,
  actor: Actor,
  user: User,
  passwordHash: string,
  action: 'password.reset' | 'password.changed',
): Promise<void> {
  const { clinicId, id: userId, email } = user
  await trx
    .updateTable('users')
    .set({ passwordHash, updatedAt: sql`now()` })
    .where('clinicId', '=', clinicId)
    .where('id', '=', userId)
    .execute()
  await endAccess(trx, user, { because: 'password changed', by: actor })
  await stopReplacement(trx, actor, user)
  await clearAttempts(trx, { clinicId, email })
  await clearVerificationsOf(trx, { clinicId, userId })
  await recordEvent(trx, actor, { action, subjectId: userId })
  await queueEmail(trx, { clinicId, userId, kind: 'password changed', recipient: email })
}
