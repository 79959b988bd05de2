import { sql } from 'kysely'
import type { Database } from '../../src/database/database.ts'
import type { Day, User } from '../../src/database/schema.ts'

/** Sets somebody's dates, counted in days from the clinic's today. */
export async function setAccess(
  db: Database,
  { id, clinicId }: Pick<User, 'id' | 'clinicId'>,
  days: { from?: number | null; until?: number | null },
): Promise<void> {
  const day = (count: number | null | undefined) => (count == null ? null : dayFromToday(clinicId, count))
  await db
    .updateTable('users')
    .set({ accessFrom: day(days.from), accessUntil: day(days.until) })
    .where('id', '=', id)
    .execute()
}

/** Such as 2026-12-03, which is so many days from the clinic's today. */
export async function clinicDay(db: Database, { clinicId }: Pick<User, 'clinicId'>, days = 0): Promise<Day> {
  const day = db
    .selectFrom('clinics')
    .select(dayFromToday(clinicId, days).as('day'))
    .where('id', '=', clinicId)
  return (await day.executeTakeFirstOrThrow()).day
}

function dayFromToday(clinicId: string, days: number) {
  return sql<Day>`(select (now() at time zone time_zone)::date + ${days}::int from clinics where id = ${clinicId})`
}
