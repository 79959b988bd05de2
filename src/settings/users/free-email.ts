import type { Database, Transaction } from '../../database/database.ts'
import type { Id } from '../../database/schema.ts'
import { oncePerSubmission } from '../../database/submissions.ts'
import { type ActingUser, recordEvent } from '../../events/events.ts'
import { Refusal } from '../../refusal.ts'
import { lockAdministrators, lockForManaging, now } from '../../roles/acting-user.ts'
import { clearAttempts } from '../../sessions/throttling.ts'
import { changeUser, findUserByEmail } from '../../users/users.ts'

/** Frees the address of someone who left, for a successor. History keeps it, and no one acts under another's name. */
export function freeEmail(db: Database, actor: ActingUser, id: Id, submissionId: string): Promise<Id> {
  return oncePerSubmission(db, actor.clinicId, submissionId, (trx) =>
    freeEmailOf(trx, actor, id, submissionId),
  )
}

/** The same, when adding someone; does nothing if the address is no longer that person's. */
export async function freeEmailFor(
  trx: Transaction,
  actor: ActingUser,
  { email, holderId }: { email: string; holderId: Id },
): Promise<void> {
  // Checked under the lock: another administrator might have just freed it.
  await lockAdministrators(trx, actor.clinicId)
  const holder = await findUserByEmail(trx, actor.clinicId, email)
  if (holder?.id === holderId) await freeEmailOf(trx, actor, holderId)
}

async function freeEmailOf(
  trx: Transaction,
  actor: ActingUser,
  id: Id,
  submissionId: string | null = null,
): Promise<Id> {
  const { target } = await lockForManaging(trx, actor, id, 'users.deactivate')
  const { firstName, email, clinicId } = target
  if (!target.deactivatedAt) throw new Refusal('form', 'emailInUse', { name: firstName, email })
  if (target.emailFreedAt) throw new Refusal('form', 'emailAlreadyFree', { email })
  await changeUser(trx, target, { emailFreedAt: now })
  // Incorrect passwords of the person who left don't count for their successor.
  await clearAttempts(trx, { clinicId, email })
  await recordEvent(trx, actor, {
    ...{ action: 'user.email-freed', subjectId: id, submissionId },
    before: { email },
  })
  return id
}
