import { refuseShutOut } from '../../clinics/networks.ts'
import type { Database } from '../../database/database.ts'
import type { Id } from '../../database/schema.ts'
import { oncePerSubmission } from '../../database/submissions.ts'
import { type ActingUser, recordEvent } from '../../events/events.ts'
import { lockForManaging } from '../../roles/acting-user.ts'
import { changeUser } from '../../users/users.ts'

/** Whether someone whose role is limited to the clinic's networks may sign in from anywhere all the same. */
export function setAnywhere(
  db: Database,
  actor: ActingUser,
  id: Id,
  { anywhere, submissionId }: { anywhere: boolean; submissionId: string },
): Promise<Id> {
  return oncePerSubmission(db, actor.clinicId, submissionId, async (trx) => {
    const { target } = await lockForManaging(trx, actor, id, 'users.edit')
    if (target.anywhere === anywhere) return id
    await changeUser(trx, target, { anywhere })
    const change = { before: { anywhere: target.anywhere }, after: { anywhere } }
    await recordEvent(trx, actor, { action: 'user.changed', subjectId: id, submissionId, ...change })
    if (id === actor.userId) await refuseShutOut(trx, actor)
    return id
  })
}
