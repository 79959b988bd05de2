import type { Database } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { type ActingUser, once, recordEvent } from '../events/events.ts'
import { endSessionsOf } from '../sessions/sessions.ts'
import { lockForManaging, ProtectedPerson, refusal, refuseLast } from './administrators.ts'
import { changedKeys, type Details, readDetails, recordable, saveDetails, versionOf } from './details.ts'

export interface Edit {
  details: Details
  /** The state that the editor had before them; see `versionOf`. */
  version: string
  /** The id of the sealed form where the password was proved, else null. */
  provedIn: string | null
}

/** @throws {Refusal} when somebody else changed the person meanwhile, or the change would leave no administrator */
export function editUser(db: Database, actor: ActingUser, id: Id, edit: Edit): Promise<Id> {
  return once(db, edit.provedIn, async (trx) => {
    const managed = await lockForManaging(trx, actor, id)
    const { target } = managed
    const before = await readDetails(trx, target)
    const changed = changedKeys(before, edit.details)
    if (changed.length === 0) return id
    if (edit.version !== versionOf(before)) throw refusal('Somebody else changed this person meanwhile.')
    if (changed.includes('role')) {
      if (!edit.provedIn) throw refusal('A new security role needs your password.')
      if (target.isOwner)
        throw new ProtectedPerson(target, `${target.firstName} is an owner, and owners are administrators.`)
      refuseLast(managed)
      if (id !== actor.userId) await endSessionsOf(trx, target)
    }
    await saveDetails(trx, target, edit.details)
    await recordEvent(trx, actor, {
      action: 'user.changed',
      subjectId: id,
      before: recordable(before, changed),
      after: recordable(edit.details, changed),
      submissionId: edit.provedIn,
    })
    return id
  })
}
