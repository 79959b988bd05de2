import { sql } from 'kysely'
import { closeClinic, keepClinic } from '../clinics/closing.ts'
import type { Database } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { endSessionsAt } from '../sessions/sessions.ts'
import { writeClinic } from '../settings/clinic/export-clinic.ts'

/** Nobody gets in, and no email leaves, until the clinic is resumed. False if it was suspended before. */
export function suspendClinic(db: Database, clinicId: Id, reason: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('clinics')
      .set({ suspendedAt: sql`now()`, suspendReason: reason })
      .where('id', '=', clinicId)
      .where('suspendedAt', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    await endSessionsAt(trx, clinicId)
    await recordEvent(trx, operatorAt(clinicId), { action: 'clinic.suspended', after: { reason } })
    return true
  })
}

export function resumeClinic(db: Database, clinicId: Id): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('clinics')
      .set({ suspendedAt: null, suspendReason: null })
      .where('id', '=', clinicId)
      .where('suspendedAt', 'is not', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    await recordEvent(trx, operatorAt(clinicId), { action: 'clinic.resumed' })
    return true
  })
}

/** As an owner would, with the same 30 days. False if that was decided before. */
export function closeByOperator(db: Database, clinicId: Id): Promise<boolean> {
  return db.transaction().execute((trx) => closeClinic(trx, operatorAt(clinicId)))
}

export function keepByOperator(db: Database, clinicId: Id): Promise<boolean> {
  return db.transaction().execute((trx) => keepClinic(trx, operatorAt(clinicId)))
}

interface Limits {
  usersMax: number | null
  invitationsDailyMax: number | null
}

export async function limitClinic(db: Database, clinicId: Id, limits: Limits): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const clinic = trx
      .selectFrom('clinics')
      .select(['usersMax', 'invitationsDailyMax'])
      .where('id', '=', clinicId)
    const before = await clinic.forNoKeyUpdate().executeTakeFirstOrThrow()
    await trx.updateTable('clinics').set(limits).where('id', '=', clinicId).execute()
    await recordEvent(trx, operatorAt(clinicId), { action: 'clinic.limited', before, after: { ...limits } })
  })
}

/** @returns how many rows the file has */
export async function exportByOperator(db: Database, clinicId: Id, file: string): Promise<number> {
  await recordEvent(db, operatorAt(clinicId), { action: 'clinic.exported' })
  return writeClinic(db, clinicId, file)
}

/** Whoever runs the installation, at its own keyboard. */
function operatorAt(clinicId: Id): Actor {
  return { clinicId, userId: null, ip: null, userAgent: null }
}
