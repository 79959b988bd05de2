import { sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database } from '../database/database.ts'
import { deleteOld, STEP } from '../database/delete-old.ts'

/** For this long, a link still says that it has expired or was used. */
const SET_UP_LINKS_KEPT_DAYS = 30

/** A step of the sweep. The email that carried the link stays in the person's history. */
export function forgetOldSetUpLinks(db: Database): Promise<number> {
  return deleteOld(
    acrossClinics(db, 'the sweep is one for all'),
    sql`with old as (
      select id from second_step_links
      where expires_at < now() - make_interval(days => ${SET_UP_LINKS_KEPT_DAYS})
      limit ${STEP} for update skip locked
    ), freed as (
      update emails set second_step_link_id = null where second_step_link_id in (select id from old)
    )
    delete from second_step_links where id in (select id from old)`,
  )
}
