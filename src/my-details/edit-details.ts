import type { Database } from '../database/database.ts'
import { type ActingUser, recordEvent } from '../events/events.ts'
import { Refusal } from '../refusal.ts'
import { lockOneself } from '../sessions/lock-oneself.ts'
import {
  changedKeys,
  type OwnDetails,
  readOwnDetails,
  recordable,
  saveDetails,
  versionOf,
} from '../users/details.ts'

interface MyEdit {
  details: OwnDetails
  /** The version that the person saw; see `versionOf`. */
  version: string
  sessionId: string
}

/** @throws {Refusal} if the details have changed since */
export async function editOwnDetails(
  db: Database,
  actor: ActingUser,
  { details, version, sessionId }: MyEdit,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const me = await lockOneself(trx, actor, sessionId)
    const before = await readOwnDetails(trx, me)
    const changed = changedKeys(before, details)
    if (changed.length === 0) return
    if (version !== versionOf(before)) throw new Refusal('form', 'ownDetailsChanged')
    await saveDetails(trx, me, details)
    await recordEvent(trx, actor, {
      action: 'my-details.changed',
      subjectId: me.id,
      before: recordable(before, changed),
      after: recordable(details, changed),
    })
  })
}
