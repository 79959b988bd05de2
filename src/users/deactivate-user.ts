import type { Database, Transaction } from '../database/database.ts'
import type { Id, User } from '../database/schema.ts'
import { type ActingUser, once, recordEvent } from '../events/events.ts'
import { closeInvitations, invite } from '../invitations/invitations.ts'
import { endSessionsOf } from '../sessions/sessions.ts'
import { lockForManaging, now, refusal, refuseLast } from './administrators.ts'
import { closeEmailChanges, closeEmailChangesBy } from './close-email-changes.ts'

/** Ends somebody's access at once: sessions, invitations to them and by them, mail. Nobody is ever deleted. */
export function deactivateUser(db: Database, actor: ActingUser, id: Id, submissionId: string): Promise<Id> {
  return once(db, submissionId, async (trx) => {
    const managed = await lockForManaging(trx, actor, id)
    const { target } = managed
    if (id === actor.userId) throw refusal('Ask another administrator to deactivate your account.')
    if (target.deactivatedAt) throw refusal(`${target.firstName} is deactivated already.`)
    refuseLast(managed)
    await trx.updateTable('users').set({ deactivatedAt: now, updatedAt: now }).where('id', '=', id).execute()
    await endSessionsOf(trx, target)
    await closeInvitations(trx, target)
    await closeInvitationsBy(trx, target)
    await closeEmailChanges(trx, target)
    await closeEmailChangesBy(trx, target)
    await recordEvent(trx, actor, { action: 'user.deactivated', subjectId: id, submissionId })
    return id
  })
}

/** Brings somebody back with role and details as they were; they choose a new password by email, and no session revives. */
export function reactivateUser(db: Database, actor: ActingUser, id: Id, submissionId: string): Promise<Id> {
  return once(db, submissionId, async (trx) => {
    const { target } = await lockForManaging(trx, actor, id)
    if (!target.deactivatedAt) throw refusal(`${target.firstName} is not deactivated.`)
    await trx
      .updateTable('users')
      .set({ deactivatedAt: null, passwordHash: null, joinedAt: null, updatedAt: now })
      .where('id', '=', id)
      .execute()
    await recordEvent(trx, actor, { action: 'user.reactivated', subjectId: id, submissionId })
    await invite(trx, actor, target)
    return id
  })
}

async function closeInvitationsBy(trx: Transaction, inviter: User): Promise<void> {
  await trx
    .updateTable('invitations')
    .set({ revokedAt: now })
    .where('accountId', '=', inviter.accountId)
    .where('invitedBy', '=', inviter.id)
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .execute()
}
