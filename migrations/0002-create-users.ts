import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table users (
      id bigint generated always as identity unique,
      clinic_id bigint not null references clinics,
      title text,
      first_name text not null,
      last_name text not null,
      sort_name text collate "C" not null,
      first_sort_name text collate "C" not null generated always as (
        split_part(sort_name, E'\t', 2) || E'\t' || split_part(sort_name, E'\t', 1)
      ) stored,
      email text not null,
      phone_digits text not null default '',
      search_text text collate "C" not null generated always as (
        ' ' || replace(sort_name, E'\t', ' ') || ' ' || lower(email) || ' ' || phone_digits
      ) stored,
      needs_attention boolean not null default false,
      role text not null check (role in
        ('administrator', 'power receptionist', 'receptionist', 'scheduler', 'bookkeeper', 'practitioner')),
      is_practitioner boolean not null,
      profession text,
      time_zone text not null,
      is_owner boolean not null default false,
      password_hash text,
      joined_at timestamptz,
      deactivated_at timestamptz,
      email_freed_at timestamptz,
      last_sign_in_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (clinic_id, id),
      constraint users_owner_is_administrator check (not is_owner or role = 'administrator'),
      constraint users_joined_with_password check ((joined_at is null) = (password_hash is null)),
      constraint users_email_freed_by_leaving check (email_freed_at is null or deactivated_at is not null)
    )`.execute(db)
  // Whoever left keeps the address in their history; once freed, it is somebody else's to use.
  await sql`
    create unique index users_email on users (clinic_id, lower(email)) where email_freed_at is null`.execute(
    db,
  )

  await sql`
    create table phone_numbers (
      id bigint generated always as identity,
      clinic_id bigint not null,
      user_id bigint not null,
      type text not null check (type in ('mobile', 'home', 'work', 'fax', 'other')),
      number text not null check (number ~ '^[+][1-9][0-9]{4,14}$'),
      primary key (clinic_id, id),
      foreign key (clinic_id, user_id) references users
    )`.execute(db)
  await sql`create index phone_numbers_user on phone_numbers (clinic_id, user_id)`.execute(db)
  await keepCounts(db)
  await keepPhoneDigits(db)
}

/** A page must not count a million people; the triggers keep two numbers a clinic instead. */
async function keepCounts(db: Kysely<never>): Promise<void> {
  const change = (rows: string, sign: '+' | '-') =>
    sql.raw(`
      update clinics set
        practitioners = clinics.practitioners ${sign} changed.practitioners,
        administrative = clinics.administrative ${sign} changed.administrative
      from (
        select clinic_id,
          count(*) filter (where is_practitioner) as practitioners,
          count(*) filter (where not is_practitioner) as administrative
        from ${rows} where deactivated_at is null group by clinic_id
      ) as changed
      where clinics.id = changed.clinic_id;`)
  await sql`
    create function count_added_users() returns trigger language plpgsql as $$
    begin ${change('added', '+')} return null; end $$`.execute(db)
  await sql`
    create function count_changed_users() returns trigger language plpgsql as $$
    begin ${change('removed', '-')} ${change('added', '+')} return null; end $$`.execute(db)
  await sql`
    create trigger count_added_users after insert on users referencing new table as added
    for each statement execute function count_added_users()`.execute(db)
  await sql`
    create trigger count_changed_users after update on users
    referencing old table as removed new table as added
    for each statement execute function count_changed_users()`.execute(db)
}

/** For the search; beside the names, so that one index has it all. */
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
  for (const [change, rows] of [
    ['insert', 'new'],
    ['update', 'new'],
    ['delete', 'old'],
  ] as const) {
    await sql`
      create trigger ${sql.raw(`keep_phone_digits_on_${change}`)} after ${sql.raw(change)} on phone_numbers
      referencing ${sql.raw(rows)} table as changed
      for each statement execute function keep_phone_digits()`.execute(db)
  }
}
