import { type Kysely, sql } from 'kysely'

/** Those whose first name begins with what is looked for stand together, too, however many others there are. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table users add column first_sort_name text collate "C" not null generated always as (
      split_part(sort_name, E'\t', 2) || E'\t' || split_part(sort_name, E'\t', 1)
    ) stored`.execute(db)
  await sql`
    create index users_present_by_first_name on users (clinic_id, first_sort_name, id)
    where deactivated_at is null`.execute(db)
  await sql`
    create index users_deactivated_by_first_name on users (clinic_id, first_sort_name, id)
    where deactivated_at is not null`.execute(db)

  // Index columns are asked in this order for every candidate: with the clinic first, all of a large one was walked through.
  await sql`drop index users_search`.execute(db)
  await sql`create index users_search on users using gin (search_text gin_trgm_ops, clinic_id)`.execute(db)

  // With the time beside it the index alone tells who can still join.
  await sql`drop index invitations_open`.execute(db)
  await sql`
    create unique index invitations_open on invitations (clinic_id, user_id) include (expires_at)
    where accepted_at is null and revoked_at is null`.execute(db)
}
