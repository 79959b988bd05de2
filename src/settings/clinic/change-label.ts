import { replaceLabel } from '../../clinics/labels.ts'
import type { Database } from '../../database/database.ts'
import { type ActingUser, recordEvent } from '../../events/events.ts'
import { lockActor } from '../../roles/acting-user.ts'
import { endSessionsAt } from '../../sessions/sessions.ts'

/** Cookies belong to the old host, so everyone signs in again. @throws {Refusal} where the label is taken */
export async function changeLabel(db: Database, actor: ActingUser, label: string): Promise<void> {
  const { clinicId } = actor
  await db.transaction().execute(async (trx) => {
    await lockActor(trx, actor, 'clinic.ownership')
    const clinic = trx.selectFrom('clinics').select('label').where('id', '=', clinicId).forNoKeyUpdate()
    const { label: before } = await clinic.executeTakeFirstOrThrow()
    if (label === before) return
    await replaceLabel(trx, clinicId, label)
    await endSessionsAt(trx, clinicId)
    await recordEvent(trx, actor, {
      action: 'clinic.moved',
      before: { host: before },
      after: { host: label },
    })
  })
}
