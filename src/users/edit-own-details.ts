import type { Database } from '../database/database.ts'
import { type ActingUser, recordEvent } from '../events/events.ts'
import { refusal } from './administrators.ts'
import { changedKeys, type OwnDetails, readDetails, recordable, saveDetails, versionOf } from './details.ts'

/** @param version the state that the person had before them; see `versionOf`. @throws {Refusal} when it is an old one */
export async function editOwnDetails(
  db: Database,
  actor: ActingUser,
  details: OwnDetails,
  version: string,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const me = await trx
      .selectFrom('users')
      .selectAll()
      .where('accountId', '=', actor.accountId)
      .where('id', '=', actor.userId)
      .where('deactivatedAt', 'is', null)
      .forNoKeyUpdate()
      .executeTakeFirst()
    if (!me) throw refusal('You may no longer do this.')
    const before = await readDetails(trx, me)
    const changed = changedKeys<OwnDetails>(before, details)
    if (changed.length === 0) return
    if (version !== versionOf(me))
      throw refusal('Your details were changed meanwhile, in another tab or by somebody else.')
    await saveDetails(trx, me, details)
    await recordEvent(trx, actor, {
      action: 'own-details.changed',
      subjectId: me.id,
      before: recordable<OwnDetails>(before, changed),
      after: recordable(details, changed),
    })
  })
}
