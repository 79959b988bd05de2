import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  // Both are trusted: whoever owns the database may add them.
  await sql`create extension if not exists pg_trgm`.execute(db)
  await sql`create extension if not exists btree_gin`.execute(db)

  await sql`
    alter table users
      add column phone_digits text not null default '',
      add column search_text text collate "C" not null generated always as (
        ' ' || replace(sort_name, E'\t', ' ') || ' ' || lower(email) || ' ' || phone_digits
      ) stored`.execute(db)
  await keepPhoneDigits(db)

  // The clinic comes first, so that a search reads nothing of other clinics.
  await sql`create index users_search on users using gin (clinic_id, search_text gin_trgm_ops)`.execute(db)

  await sql`drop index users_sort_name`.execute(db)
  for (const [name, key] of [
    ['name', 'sort_name'],
    ['sign_in', `coalesce(last_sign_in_at, '-infinity')`],
  ] as const) {
    await sql`
      create index ${sql.raw(`users_present_by_${name}`)} on users (clinic_id, ${sql.raw(key)}, id)
      where deactivated_at is null`.execute(db)
    await sql`
      create index ${sql.raw(`users_deactivated_by_${name}`)} on users (clinic_id, ${sql.raw(key)}, id)
      where deactivated_at is not null`.execute(db)
    await sql`
      create index ${sql.raw(`users_present_by_role_and_${name}`)}
      on users (clinic_id, role, is_practitioner, ${sql.raw(key)}, id)
      where deactivated_at is null`.execute(db)
  }
  await sql`
    create index users_invited_by_name on users (clinic_id, sort_name, id)
    where deactivated_at is null and joined_at is null`.execute(db)
  // Practitioners are mostly of one role; without this the planner takes the two for independent.
  await sql`create statistics users_roles (mcv) on role, is_practitioner from users`.execute(db)
}

async function keepPhoneDigits(db: Kysely<never>): Promise<void> {
  // The lock comes first and the reading after it, so that of two numbers added at once neither is missed.
  await sql`
    create function keep_phone_digits() returns trigger language plpgsql as $$
    begin
      perform from users
      where (clinic_id, id) in (select clinic_id, user_id from changed)
      order by id for no key update;
      update users set phone_digits = coalesce((
        select string_agg(substr(number, 2), ' ' order by phone_numbers.id) from phone_numbers
        where phone_numbers.clinic_id = users.clinic_id and phone_numbers.user_id = users.id), '')
      where (clinic_id, id) in (select clinic_id, user_id from changed);
      return null;
    end $$`.execute(db)
  for (const [act, rows] of [
    ['insert', 'new'],
    ['update', 'new'],
    ['delete', 'old'],
  ] as const) {
    await sql`
      create trigger ${sql.raw(`keep_phone_digits_on_${act}`)} after ${sql.raw(act)} on phone_numbers
      referencing ${sql.raw(rows)} table as changed
      for each statement execute function keep_phone_digits()`.execute(db)
  }
  await sql`
    update users set phone_digits = numbers.digits
    from (
      select clinic_id, user_id, string_agg(substr(number, 2), ' ' order by id) as digits
      from phone_numbers group by clinic_id, user_id
    ) as numbers
    where users.clinic_id = numbers.clinic_id and users.id = numbers.user_id`.execute(db)
}
