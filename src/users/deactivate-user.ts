import type { Database } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { type ActingUser, once, recordEvent } from '../events/events.ts'
import { invite, refuseInviting } from '../invitations/invitations.ts'
import { endAccess } from '../sessions/end-access.ts'
import { lockForManaging, now, refusal, refuseLast } from './administrators.ts'

/** Ends somebody's access at once, with all that hangs on it. Nobody is ever deleted. */
export function deactivateUser(db: Database, actor: ActingUser, id: Id, submissionId: string): Promise<Id> {
  return once(db, submissionId, async (trx) => {
    const managed = await lockForManaging(trx, actor, id, 'users.deactivate')
    const { target } = managed
    if (id === actor.userId) throw refusal('Ask another administrator to deactivate your account.')
    if (target.deactivatedAt) throw refusal(`${target.firstName} is deactivated already.`)
    refuseLast(managed)
    await endAccess(trx, { ...target, deactivatedAt: new Date() }, { because: 'deactivated', by: actor })
    await trx.updateTable('users').set({ deactivatedAt: now, updatedAt: now }).where('id', '=', id).execute()
    await recordEvent(trx, actor, { action: 'user.deactivated', subjectId: id, submissionId })
    return id
  })
}

/** Brings somebody back with role and details as they were; they choose a new password by email, and no session revives. */
export function reactivateUser(db: Database, actor: ActingUser, id: Id, submissionId: string): Promise<Id> {
  return once(db, submissionId, async (trx) => {
    const { target, actor: acting } = await lockForManaging(trx, actor, id, 'users.deactivate')
    if (!target.deactivatedAt) throw refusal(`${target.firstName} is not deactivated.`)
    refuseInviting(acting, target)
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
