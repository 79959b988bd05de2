import { accessClosed } from '../../clinics/access-dates.ts'
import { refuseTooManyUsers } from '../../clinics/limits.ts'
import { type Database, type Transaction, violatedUnique } from '../../database/database.ts'
import type { Id, User } from '../../database/schema.ts'
import { oncePerSubmission } from '../../database/submissions.ts'
import { type ActingUser, recordEvent } from '../../events/events.ts'
import { invite, refuseInviting } from '../../invitations/invitations.ts'
import { Refusal } from '../../refusal.ts'
import { lockForManaging, now, refuseLast } from '../../roles/acting-user.ts'
import { endAccess } from '../../sessions/end-access.ts'
import { refuseTakenEmail } from '../../users/email-taken.ts'
import { changeUser } from '../../users/users.ts'

/** Ends someone's access at once, and everything that depends on it. No one is ever deleted. */
export function deactivateUser(db: Database, actor: ActingUser, id: Id, submissionId: string): Promise<Id> {
  return oncePerSubmission(db, actor.clinicId, submissionId, async (trx) => {
    const managed = await lockForManaging(trx, actor, id, 'users.deactivate')
    const { target } = managed
    if (id === actor.userId) throw new Refusal('form', 'deactivateOneself')
    if (target.deactivatedAt) throw new Refusal('form', 'alreadyDeactivated', { name: target.firstName })
    refuseLast(managed)
    await endAccess(trx, { ...target, deactivatedAt: new Date() }, { because: 'deactivated', by: actor })
    await changeUser(trx, target, { deactivatedAt: now })
    await recordEvent(trx, actor, { action: 'user.deactivated', subjectId: id, submissionId })
    return id
  })
}

/**
 * Brings somebody back with role and details as they were; they choose a new password by email, and no session revives.
 * @param newEmail needed where their address was freed
 */
export async function reactivateUser(
  db: Database,
  actor: ActingUser,
  id: Id,
  submissionId: string,
  newEmail = '',
): Promise<Id> {
  try {
    return await oncePerSubmission(db, actor.clinicId, submissionId, (trx) =>
      reactivate(trx, actor, id, submissionId, newEmail),
    )
  } catch (error) {
    if (violatedUnique(error)) await refuseTakenEmail(db, actor.clinicId, newEmail)
    throw error
  }
}

/** Reactivated as they were, they couldn't come in. */
async function refuseEnded(trx: Transaction, target: User): Promise<void> {
  if ((await accessClosed(trx, target)) !== 'ended') return
  const { firstName: name, accessUntil } = target
  throw new Refusal('form', 'reactivateEnded', { name, day: accessUntil ?? '' })
}

async function reactivate(
  trx: Transaction,
  actor: ActingUser,
  id: Id,
  submissionId: string,
  newEmail: string,
): Promise<Id> {
  const { target, actor: acting } = await lockForManaging(trx, actor, id, 'users.deactivate')
  if (!target.deactivatedAt) throw new Refusal('form', 'notDeactivated', { name: target.firstName })
  refuseInviting(acting, target)
  await refuseEnded(trx, target)
  const email = target.emailFreedAt ? newEmail : target.email
  if (!email) throw new Refusal('personEmail', 'emailFreed')
  if (target.emailFreedAt) await refuseTakenEmail(trx, actor.clinicId, email)
  const state = { deactivatedAt: null, emailFreedAt: null, passwordHash: null, joinedAt: null }
  await changeUser(trx, target, { ...state, email })
  await refuseTooManyUsers(trx, actor.clinicId)
  const changed = email !== target.email && { before: { email: target.email }, after: { email } }
  await recordEvent(trx, actor, { action: 'user.reactivated', subjectId: id, submissionId, ...changed })
  await invite(trx, actor, { ...target, email })
  return id
}
