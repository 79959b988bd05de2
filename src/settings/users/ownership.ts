import { refuseShutOut } from '../../clinics/networks.ts'
import type { Database } from '../../database/database.ts'
import type { Id, User } from '../../database/schema.ts'
import { oncePerSubmission } from '../../database/submissions.ts'
import { type ActingUser, recordEvent } from '../../events/events.ts'
import { Refusal } from '../../refusal.ts'
import { lockForManaging, refuseLast } from '../../roles/acting-user.ts'
import { can, isActive, rolesWith } from '../../roles/roles.ts'
import { endAccess } from '../../sessions/end-access.ts'
import { forgetBrowsers } from '../../sessions/known-browsers.ts'
import { changeUser } from '../../users/users.ts'

/** Only owners can manage owners, who are administrators. An owner makes another; if there is none, any administrator can. */
export function makeOwner(db: Database, actor: ActingUser, id: Id, submissionId: string): Promise<Id> {
  return oncePerSubmission(db, actor.clinicId, submissionId, async (trx) => {
    const { actor: acting, target, administrators } = await lockForManaging(trx, actor, id, 'users.edit')
    const hasOwner = administrators.some((user) => user.isOwner)
    if (hasOwner && !can(acting, 'clinic.ownership')) throw new Refusal('form', 'onlyOwnersMakeOwners')
    if (target.isOwner) throw new Refusal('form', 'alreadyOwner', { name: target.firstName })
    if (!administrators.some((user) => user.id === id)) {
      throw new Refusal('form', 'notAdministrator', { name: target.firstName })
    }
    if (target.accessFrom || target.accessUntil)
      throw new Refusal('form', 'datesBeforeOwner', { name: target.firstName })
    await changeUser(trx, target, { isOwner: true })
    await forgetBrowsers(trx, target)
    await recordEvent(trx, actor, { action: 'owner.made', subjectId: id, submissionId })
    return id
  })
}

/** No one can take ownership away; people give it up, as long as another owner remains. */
export function giveUpOwnership(db: Database, actor: ActingUser, submissionId: string): Promise<Id> {
  return oncePerSubmission(db, actor.clinicId, submissionId, async (trx) => {
    const managed = await lockForManaging(trx, actor, actor.userId, 'users.edit')
    if (!managed.target.isOwner) throw new Refusal('form', 'notOwner')
    refuseLast(managed)
    await endAccess(trx, { ...managed.target, isOwner: false }, { because: 'ownership given up', by: actor })
    await changeUser(trx, managed.target, { isOwner: false })
    await recordEvent(trx, actor, { action: 'owner.given-up', subjectId: actor.userId, submissionId })
    await refuseShutOut(trx, actor)
    return actor.userId
  })
}

/** Whether the page offers it; checked again under the lock. */
export function mayMakeOwner(actor: Pick<User, 'role' | 'isOwner'>, target: User): boolean {
  const canBeOwner = isActive(target) && rolesWith('clinic.ownership').includes(target.role)
  return can(actor, 'clinic.ownership') && canBeOwner && !target.isOwner
}
