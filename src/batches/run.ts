import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import type { Batch } from '../database/schema.ts'
import { type ActingUser, recordEvent } from '../events/events.ts'
import type { NewUser } from '../users/add-user.ts'
import { lockActor, now, refusal } from '../users/administrators.ts'
import { fullName } from '../users/names.ts'

export interface ReadyRow {
  number: number
  person: NewUser
}

/**
 * From here on the work goes on without the browser. Pressed again, also in another tab, it was started already.
 * @param draft as it was when `rows` were checked
 * @throws {Refusal} where somebody changed it since
 */
export async function startBatch(
  db: Database,
  actor: ActingUser,
  draft: Batch,
  rows: ReadyRow[],
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockActor(trx, actor, 'users.add')
    const { ip, userAgent } = actor
    const { numUpdatedRows } = await trx
      .updateTable('batches')
      .set({ startedAt: now, workedAt: now, ip, userAgent })
      .where('id', '=', draft.id)
      .where('version', '=', draft.version)
      .where('startedAt', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return refuseChanged(trx, draft)
    await sql`
      update batch_rows set person = ready.person
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as ready (number integer, person jsonb)
      where batch_id = ${draft.id} and batch_rows.number = ready.number`.execute(trx)
    await recordEvent(trx, actor, { action: 'batch.started', after: { people: rows.length } })
  })
}

/** Whoever was added stays; nobody else is. */
export async function stopBatch(db: Database, actor: ActingUser, batch: Batch): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const acting = await lockActor(trx, actor, 'users.add')
    await endEarly(trx, actor, batch, `${fullName(acting)} stopped it.`)
  })
}

export async function endEarly(
  trx: Transaction,
  actor: ActingUser,
  batch: Pick<Batch, 'id'>,
  reason: string,
): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('batches')
    .set({ finishedAt: now, stopReason: reason })
    .where('id', '=', batch.id)
    .where('startedAt', 'is not', null)
    .where('finishedAt', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows > 0n) await recordEvent(trx, actor, { action: 'batch.stopped', after: { reason } })
}

export const CHANGED_MEANWHILE = 'The list was changed after you looked at it. Check it once more.'

async function refuseChanged(trx: Transaction, draft: Batch): Promise<void> {
  const batch = await trx
    .selectFrom('batches')
    .select('startedAt')
    .where('id', '=', draft.id)
    .executeTakeFirst()
  if (!batch?.startedAt) throw refusal(CHANGED_MEANWHILE)
}
