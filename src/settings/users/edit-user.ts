import { refuseShutOut } from '../../clinics/networks.ts'
import type { Database, Transaction } from '../../database/database.ts'
import type { Id } from '../../database/schema.ts'
import { oncePerSubmission } from '../../database/submissions.ts'
import { type ActingUser, recordEvent } from '../../events/events.ts'
import { vouchFor } from '../../invitations/invitations.ts'
import { Refusal } from '../../refusal.ts'
import { lockForManaging, type Managed, ProtectedUser, refuseLast } from '../../roles/acting-user.ts'
import { assignableRoles, rolesWith } from '../../roles/roles.ts'
import { endAccess } from '../../sessions/end-access.ts'
import {
  changedKeys,
  type Details,
  readDetails,
  recordable,
  saveDetails,
  versionOf,
} from '../../users/details.ts'
import { refuseDates } from './access-dates.ts'
import { skipPastReminders } from './access-reminders.ts'
import { RoleNotAssignable } from './add-user.ts'

interface Edit {
  details: Details
  /** The version that the editor saw; see `versionOf`. */
  version: string
  /** The signed form in which the password was verified, or null. */
  verifiedIn: string | null
  /** Kept when they change their own role. */
  sessionId?: string | undefined
}

/** @throws {Refusal} if someone else has changed the person since, or no administrator would be left */
export function editUser(db: Database, actor: ActingUser, id: Id, edit: Edit): Promise<Id> {
  return oncePerSubmission(db, actor.clinicId, edit.verifiedIn, async (trx) => {
    const managed = await lockForManaging(trx, actor, id, 'users.edit')
    const { target } = managed
    const before = await readDetails(trx, target)
    const changed = changedKeys(before, edit.details)
    if (changed.length === 0) return id
    if (edit.version !== versionOf(before)) throw new Refusal('form', 'userChanged')
    refuseDates(managed, actor, { before, after: edit.details, verifiedIn: edit.verifiedIn })
    const isNewRole = changed.includes('role')
    if (isNewRole) await endOldRole(trx, actor, managed, edit)
    await saveDetails(trx, target, edit.details)
    if (changed.includes('accessUntil')) await skipPastReminders(trx, target)
    await recordEvent(trx, actor, {
      action: 'user.changed',
      subjectId: id,
      before: recordable(before, changed),
      after: recordable(edit.details, changed),
      submissionId: edit.verifiedIn,
    })
    if (isNewRole && id === actor.userId) await refuseShutOut(trx, actor, 'role')
    return id
  })
}

async function endOldRole(trx: Transaction, actor: ActingUser, managed: Managed, edit: Edit): Promise<void> {
  const { target } = managed
  refuseRole(managed, edit)
  const keep = target.id === actor.userId ? edit.sessionId : undefined
  const { role } = edit.details
  await endAccess(trx, { ...target, role }, { because: 'role changed', by: actor, keep })
  await vouchFor(trx, actor, target)
}

/** Checked under the lock: everything may have changed since the page was opened. */
function refuseRole(managed: Managed, { details: { role }, verifiedIn }: Edit): void {
  const { actor, target } = managed
  if (!verifiedIn) throw new Refusal('form', 'roleNeedsPassword')
  if (!assignableRoles(actor).includes(role)) throw new RoleNotAssignable()
  if (target.isOwner && !rolesWith('clinic.ownership').includes(role))
    throw new ProtectedUser(target, 'ownerIsAdministrator')
  if (!rolesWith('users.edit').includes(role)) refuseLast(managed)
}
