import { sql } from 'kysely'
import type { Database, Transaction } from '../../database/database.ts'
import type { Id, Import } from '../../database/schema.ts'
import { type ActingUser, recordEvent } from '../../events/events.ts'
import { Refusal } from '../../refusal.ts'
import { lockActor, now } from '../../roles/acting-user.ts'
import type { NewUser } from '../users/add-user.ts'

export interface ReadyRow {
  number: number
  userFields: NewUser
}

/**
 * From here on the work goes on without the browser. Pressed again, also in another tab, it was started already.
 * @param draft as it was when `rows` were checked
 * @throws {Refusal} where somebody changed it since
 */
export async function startImport(
  db: Database,
  actor: ActingUser,
  draft: Import,
  rows: ReadyRow[],
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockActor(trx, actor, 'users.add')
    const { ip, userAgent } = actor
    const { numUpdatedRows } = await trx
      .updateTable('imports')
      .set({ startedAt: now, workedAt: now, ip, userAgent })
      .where('clinicId', '=', draft.clinicId)
      .where('id', '=', draft.id)
      .where('version', '=', draft.version)
      .where('startedAt', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return refuseChanged(trx, draft)
    await sql`
      update import_rows set user_fields = ready."userFields"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as ready (number integer, "userFields" jsonb)
      where clinic_id = ${draft.clinicId} and import_id = ${draft.id} and import_rows.number = ready.number`.execute(
      trx,
    )
    await recordEvent(trx, actor, { action: 'import.started', after: { people: rows.length } })
  })
}

/** People who were added stay; no one else will be. */
export async function stopImport(db: Database, actor: ActingUser, userImport: Import): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const acting = await lockActor(trx, actor, 'users.add')
    await endEarly(trx, actor, userImport, { stopReason: 'stopped', stoppedBy: acting.id })
  })
}

export async function endEarly(
  trx: Transaction,
  actor: ActingUser,
  userImport: Pick<Import, 'clinicId' | 'id'>,
  stop: { stopReason: 'stopped'; stoppedBy: Id } | { stopReason: 'right lost' },
): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('imports')
    .set({ finishedAt: now, ...stop })
    .where('clinicId', '=', userImport.clinicId)
    .where('id', '=', userImport.id)
    .where('startedAt', 'is not', null)
    .where('finishedAt', 'is', null)
    .executeTakeFirst()
  const after = stop.stopReason === 'right lost' ? { reason: { code: 'rightLost' } } : {}
  if (numUpdatedRows > 0n) await recordEvent(trx, actor, { action: 'import.stopped', after })
}

async function refuseChanged(trx: Transaction, draft: Import): Promise<void> {
  const userImport = await trx
    .selectFrom('imports')
    .select('startedAt')
    .where('clinicId', '=', draft.clinicId)
    .where('id', '=', draft.id)
    .executeTakeFirst()
  if (!userImport?.startedAt) throw new Refusal('form', 'importChanged')
}
