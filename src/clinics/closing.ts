import { sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database, Transaction } from '../database/database.ts'
import { STEP } from '../database/delete-old.ts'
import type { Id } from '../database/schema.ts'
import { queueEmail } from '../emails/outbox.ts'
import { type Actor, recordEvent } from '../events/events.ts'

export const CLOSES_AFTER_DAYS = 30
/** How long before that its owners are told again; soonest first. */
const TOLD_AGAIN_DAYS = [1, 7]

/** Deletes the clinic in 30 days, unless it is kept. Everything works until then. False if that was decided before. */
export async function closeClinic(trx: Transaction, actor: Actor): Promise<boolean> {
  const { clinicId } = actor
  const { numUpdatedRows } = await trx
    .updateTable('clinics')
    .set({
      closesAt: sql`now() + make_interval(days => ${CLOSES_AFTER_DAYS})`,
      closingToldDays: CLOSES_AFTER_DAYS,
    })
    .where('id', '=', clinicId)
    .where('closesAt', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await recordEvent(trx, actor, { action: 'clinic.closed' })
  await tellOwners(trx, clinicId)
  return true
}

/** False if it was not going to be deleted. */
export async function keepClinic(trx: Transaction, actor: Actor): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('clinics')
    .set({ closesAt: null, closingToldDays: null })
    .where('id', '=', actor.clinicId)
    .where('closesAt', '>', sql<Date>`now()`)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await recordEvent(trx, actor, { action: 'clinic.kept' })
  return true
}

/** The next reminder that is due, a week and a day before. False if none is. */
export function remindOfClosing(db: Database): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const due = await acrossClinics(trx, 'the reminders are one loop for all')
      .selectFrom('clinics')
      .select(['id', DAYS_TOLD.as('days')])
      .where('closesAt', '>', sql<Date>`now()`)
      .where('suspendedAt', 'is', null)
      .where(DAYS_TOLD, '<', sql<number>`closing_told_days`)
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
    if (!due) return false
    await trx.updateTable('clinics').set({ closingToldDays: due.days }).where('id', '=', due.id).execute()
    await tellOwners(trx, due.id)
    return true
  })
}

/** A step of the sweep: some rows of a clinic whose time has come; its own row is the last. */
export async function forgetClosedClinics(db: Database): Promise<number> {
  const clinic = await acrossClinics(db, 'the sweep is one for all')
    .selectFrom('clinics')
    .select('id')
    .where('closesAt', '<=', sql<Date>`now()`)
    .orderBy('closesAt')
    .limit(1)
    .executeTakeFirst()
  if (!clinic) return 0
  const { rows } = await sql<{ gone: string }>`
    select forget_clinic(${clinic.id}, ${STEP}) as gone`.execute(db)
  return Number(rows[0]?.gone)
}

/** One that was missed, because nothing ran that day, is made up for; null until the first is due. */
const DAYS_TOLD = sql<number>`(
  select min(days) from unnest(${TOLD_AGAIN_DAYS}::int[]) as days
  where closes_at <= now() + make_interval(days => days))`

async function tellOwners(trx: Transaction, clinicId: Id): Promise<void> {
  const owners = trx
    .selectFrom('users')
    .select(['id', 'email'])
    .where('clinicId', '=', clinicId)
    .where('isOwner', '=', true)
    .where('joinedAt', 'is not', null)
    .where('deactivatedAt', 'is', null)
  for (const { id: userId, email: recipient } of await owners.execute())
    await queueEmail(trx, { clinicId, userId, recipient, kind: 'clinic closing' })
}
