import { sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database } from '../database/database.ts'
import { deleteOld, STEP } from '../database/delete-old.ts'

/** For this long, a link still says how the change ended. */
const UNFINISHED_CHANGES_KEPT_DAYS = 30

/** A step of the sweep: addresses that nobody confirmed. Confirmed ones stay, as does what the events and emails say of both. */
export function forgetUnfinishedChanges(db: Database): Promise<number> {
  return deleteOld(
    acrossClinics(db, 'the sweep is one for all'),
    sql`with old as (
      select id from email_changes
      where confirmed_at is null and expires_at < now() - make_interval(days => ${UNFINISHED_CHANGES_KEPT_DAYS})
      limit ${STEP} for update skip locked
    ), freed as (
      update emails set email_change_id = null where email_change_id in (select id from old)
    )
    delete from email_changes where id in (select id from old)`,
  )
}
