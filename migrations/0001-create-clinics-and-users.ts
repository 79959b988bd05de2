import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table clinics (
      id bigint generated always as identity primary key,
      name text not null,
      subdomain text not null,
      country char(2) not null,
      time_zone text not null,
      practitioners integer not null default 0,
      administrative integer not null default 0,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`create unique index clinics_subdomain on clinics (lower(subdomain))`.execute(db)

  await sql`
    create table users (
      id bigint generated always as identity primary key,
      clinic_id bigint not null references clinics,
      title text,
      first_name text not null,
      last_name text not null,
      sort_name text collate "C" not null,
      email text not null,
      role text not null check (role in
        ('administrator', 'power receptionist', 'receptionist', 'scheduler', 'bookkeeper', 'practitioner')),
      is_practitioner boolean not null,
      profession text,
      time_zone text not null,
      is_owner boolean not null default false,
      password_hash text,
      joined_at timestamptz,
      deactivated_at timestamptz,
      last_sign_in_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (clinic_id, id),
      check (not is_owner or role = 'administrator'),
      check ((joined_at is null) = (password_hash is null))
    )`.execute(db)
  await sql`create unique index users_email on users (clinic_id, lower(email))`.execute(db)
  await sql`create index users_sort_name on users (clinic_id, sort_name, id)`.execute(db)

  await sql`
    create table phone_numbers (
      id bigint generated always as identity primary key,
      clinic_id bigint not null,
      user_id bigint not null,
      type text not null check (type in ('mobile', 'home', 'work', 'fax', 'other')),
      number text not null check (number ~ '^[+][1-9][0-9]{4,14}$'),
      foreign key (clinic_id, user_id) references users (clinic_id, id)
    )`.execute(db)
  await sql`create index phone_numbers_user on phone_numbers (clinic_id, user_id)`.execute(db)
  await keepCounts(db)
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
