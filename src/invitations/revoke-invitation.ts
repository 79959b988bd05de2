import type { Database } from '../database/database.ts'
import type { Id, User } from '../database/schema.ts'
import { oncePerSubmission } from '../database/submissions.ts'
import { type ActingUser, recordEvent } from '../events/events.ts'
import { Refusal } from '../refusal.ts'
import { lockForManaging } from '../roles/acting-user.ts'
import { refuseTakenEmail } from '../users/email-taken.ts'
import { changeUser } from '../users/users.ts'
import { canBeInvited, closeInvitations, invite, refuseInviting } from './invitations.ts'

/** The link stops working; a new invitation can be sent at any time. */
export async function revokeInvitation(db: Database, actor: ActingUser, id: Id): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { target } = await lockForManaging(trx, actor, id, 'users.invite')
    refuseUnlessInvited(target)
    if ((await closeInvitations(trx, target)) === 0) return
    await recordEvent(trx, actor, {
      action: 'invitation.revoked',
      subjectId: id,
      before: { email: target.email },
    })
  })
}

/**
 * A mistyped address, before anybody joined with it: the old link is dead, so that whoever has that mailbox cannot
 * join, and a new invitation goes to the right one.
 */
export function correctEmail(
  db: Database,
  actor: ActingUser,
  id: Id,
  email: string,
  submissionId: string,
): Promise<Id> {
  return oncePerSubmission(db, actor.clinicId, submissionId, async (trx) => {
    const { target, actor: acting } = await lockForManaging(trx, actor, id, 'users.edit')
    refuseUnlessInvited(target)
    refuseInviting(acting, target)
    if (target.email !== email) {
      if (target.email.toLowerCase() !== email.toLowerCase())
        await refuseTakenEmail(trx, actor.clinicId, email)
      await changeUser(trx, target, { email })
    }
    await closeInvitations(trx, target)
    const change = { before: { email: target.email }, after: { email } }
    await recordEvent(trx, actor, {
      action: 'user.email-corrected',
      subjectId: id,
      submissionId,
      ...change,
    })
    await invite(trx, actor, { ...target, email })
    return id
  })
}

function refuseUnlessInvited(user: User): void {
  if (!canBeInvited(user)) throw new Refusal('form', 'nothingToCancel', { name: user.firstName })
}
