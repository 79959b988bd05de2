import { sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database } from '../database/database.ts'
import { deleteOld, STEP } from '../database/delete-old.ts'

/** For this long, a link still says that it has expired or was used. */
const RESETS_KEPT_DAYS = 30

/** A step of the sweep. The email that carried the link stays in the person's history; it only no longer says which it was. */
export function forgetOldResets(db: Database): Promise<number> {
  return deleteOld(
    acrossClinics(db, 'the sweep is one for all'),
    sql`with old as (
      select id from password_resets
      where expires_at < now() - make_interval(days => ${RESETS_KEPT_DAYS})
      limit ${STEP} for update skip locked
    ), freed as (
      update emails set password_reset_id = null where password_reset_id in (select id from old)
    )
    delete from password_resets where id in (select id from old)`,
  )
}
