import { type Kysely, sql } from 'kysely'

const PRESENT = 'deactivated_at is null'
const DEACTIVATED = 'deactivated_at is not null'
const INVITED = `${PRESENT} and joined_at is null`
const ACTIVE = `${PRESENT} and joined_at is not null`
const NEEDING_ATTENTION = `${PRESENT} and needs_attention`

const SIGN_IN = `coalesce(last_sign_in_at, '-infinity')`

/** One index for each filter of the list in each of its orders, so that a page reads its own rows and no others. */
export async function up(db: Kysely<never>): Promise<void> {
  // Both are trusted: whoever owns the database may add them.
  await sql`create extension if not exists pg_trgm`.execute(db)
  await sql`create extension if not exists btree_gin`.execute(db)
  // Index columns are asked in this order for every candidate: with the clinic first, all of a large one was walked through.
  await sql`create index users_search on users using gin (search_text gin_trgm_ops, clinic_id)`.execute(db)

  for (const [name, key] of [
    ['name', 'sort_name'],
    ['sign_in', SIGN_IN],
  ] as const) {
    await createIndex(db, `users_present_by_${name}`, key, PRESENT)
    await createIndex(db, `users_deactivated_by_${name}`, key, DEACTIVATED)
    await createIndex(db, `users_needing_attention_by_${name}`, key, NEEDING_ATTENTION)
    await createIndex(db, `users_present_by_role_and_${name}`, `role, is_practitioner, ${key}`, PRESENT)
    // A role alone: the ones above have whether someone is a practitioner in between.
    await createIndex(db, `users_present_of_role_by_${name}`, `role, ${key}`, PRESENT)
    await createIndex(db, `users_deactivated_of_role_by_${name}`, `role, ${key}`, DEACTIVATED)
  }
  await createIndex(db, 'users_invited_by_name', 'sort_name', INVITED)
  await createIndex(db, 'users_invited_of_role_by_name', 'role, sort_name', INVITED)
  // Those who have not joined would all come first, and be passed over.
  await createIndex(db, 'users_active_by_sign_in', SIGN_IN, ACTIVE)
  await createIndex(db, 'users_active_of_role_by_sign_in', `role, ${SIGN_IN}`, ACTIVE)
  // Those whose first name begins with what is looked for stand together, too, however many others there are.
  await createIndex(db, 'users_present_by_first_name', 'first_sort_name', PRESENT)
  await createIndex(db, 'users_deactivated_by_first_name', 'first_sort_name', DEACTIVATED)
}

async function createIndex(db: Kysely<never>, name: string, key: string, rows: string): Promise<void> {
  await sql.raw(`create index ${name} on users (clinic_id, ${key}, id) where ${rows}`).execute(db)
}
