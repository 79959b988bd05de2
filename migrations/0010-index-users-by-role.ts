import { type Kysely, sql } from 'kysely'

/** A role alone in the filter, in order: the present indexes have whether someone is a practitioner in between. */
export async function up(db: Kysely<never>): Promise<void> {
  const present = 'deactivated_at is null'
  await createIndex(db, 'users_present_of_role_by_name', 'role, sort_name', present)
  await createIndex(db, 'users_present_of_role_by_sign_in', `role, ${SIGN_IN}`, present)
  await createIndex(db, 'users_deactivated_of_role_by_name', 'role, sort_name', 'deactivated_at is not null')
  await createIndex(
    db,
    'users_deactivated_of_role_by_sign_in',
    `role, ${SIGN_IN}`,
    'deactivated_at is not null',
  )
  await createIndex(
    db,
    'users_invited_of_role_by_name',
    'role, sort_name',
    `${present} and joined_at is null`,
  )
  // Those who have not joined would all come first, and be passed over.
  await createIndex(db, 'users_active_by_sign_in', SIGN_IN, `${present} and joined_at is not null`)
  await createIndex(
    db,
    'users_active_of_role_by_sign_in',
    `role, ${SIGN_IN}`,
    `${present} and joined_at is not null`,
  )
  // It made the planner sure that nobody is left, and read everybody to find that out.
  await sql`drop statistics if exists users_roles`.execute(db)
}

const SIGN_IN = `coalesce(last_sign_in_at, '-infinity')`

async function createIndex(db: Kysely<never>, name: string, key: string, rows: string): Promise<void> {
  await sql.raw(`create index ${name} on users (clinic_id, ${key}, id) where ${rows}`).execute(db)
}
