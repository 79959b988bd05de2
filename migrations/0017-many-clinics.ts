import { type Kysely, sql } from 'kysely'

/** What an installation with many clinics knows of each, and of the people who look for theirs. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table clinics
      add column suspended_at timestamptz,
      add column suspend_reason text,
      add column closes_at timestamptz,
      add column closing_told_days integer,
      add column users_max integer check (users_max > 0),
      add column invitations_daily_max integer check (invitations_daily_max >= 0),
      add constraint clinics_suspended_for_a_reason check ((suspended_at is null) = (suspend_reason is null))`.execute(
    db,
  )
  await sql`create index clinics_closes_at on clinics (closes_at) where closes_at is not null`.execute(db)

  // Every label that is in use, or was less than a year ago: nobody takes over what emails and bookmarks still name.
  await sql`
    create table labels (
      label text primary key check (label = lower(label)),
      given_to bigint references clinics,
      replaced_at timestamptz
    )`.execute(db)
  await sql`insert into labels (label, given_to) select lower(label), id from clinics`.execute(db)
  await sql`create index labels_given_to on labels (given_to)`.execute(db)

  await sql`
    create table clinic_invitations (
      id bigint generated always as identity primary key,
      email text not null,
      nonce bytea not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz,
      made_label text
    )`.execute(db)
  await sql`
    create table finder_requests (
      id bigint generated always as identity primary key,
      email text not null,
      nonce bytea not null,
      created_at timestamptz not null default now()
    )`.execute(db)

  // What the installation itself sends is about no clinic, has its number 0, and goes to no user.
  await sql`
    alter table emails
      alter column user_id drop not null,
      add column clinic_invitation_id bigint references clinic_invitations on delete cascade,
      add column finder_request_id bigint references finder_requests on delete cascade,
      add constraint emails_to_a_user check ((user_id is null) = (clinic_id = 0))`.execute(db)
  await sql`
    create index emails_clinic_invitation on emails (clinic_invitation_id)
    where clinic_invitation_id is not null`.execute(db)
  await sql`
    create index emails_finder_request on emails (finder_request_id) where finder_request_id is not null`.execute(
    db,
  )
  await sql`
    create index emails_due_of_clinic on emails (clinic_id, next_attempt_at)
    where sent_at is null and failed_at is null`.execute(db)

  // A row of numbers is what stays of a clinic that was closed.
  await sql`
    create table closed_clinics (
      id bigint primary key,
      created_at timestamptz not null,
      closed_at timestamptz not null default now(),
      users integer not null,
      events bigint not null
    )`.execute(db)
  await sql`create index users_email_anywhere on users (lower(email)) where joined_at is not null`.execute(db)
  await closeOnlyInTime(db)
  await forgetClinics(db)
}

/** Against every writer, so that whoever has the app's own role waits as long as an owner before the trail of events goes. */
async function closeOnlyInTime(db: Kysely<never>): Promise<void> {
  await sql`
    create function clinics_close_in_time() returns trigger language plpgsql as $$
    begin
      if new.closes_at < now() + interval '29 days' then
        raise exception 'a clinic is closed 30 days after it was asked for';
      end if;
      return new;
    end $$`.execute(db)
  await sql`
    create trigger clinics_close_in_time before insert or update of closes_at on clinics
    for each row when (new.closes_at is not null) execute function clinics_close_in_time()`.execute(db)
}

/**
 * The one way in which events go: with everything else of a clinic that has been closed, some rows at a time. It looks up
 * which tables there are, so that none is left out that a later migration adds; a table waits for those that point to it.
 * Answers how many rows have gone.
 */
async function forgetClinics(db: Kysely<never>): Promise<void> {
  await sql`
    create or replace function events_are_append_only() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and current_setting('frontdesk.forgets_clinic', true) = 'yes' and current_user = (
        select rolname from pg_roles join pg_class on relowner = pg_roles.oid where pg_class.oid = 'events'::regclass)
      then
        return null;
      end if;
      raise exception 'events are append-only';
    end $$`.execute(db)
  await sql`
    create function forget_clinic(forgotten bigint, rows_max integer) returns bigint
    language plpgsql security definer set search_path = public, pg_temp as $$
    declare
      of_clinic text;
      gone bigint := 0;
      waiting text[] := '{}';
    begin
      perform from clinics where id = forgotten and closes_at <= now() for update;
      if not found then
        if not exists (select from clinics where id = forgotten) then
          return 0;
        end if;
        raise exception 'clinic % is not to be closed yet', forgotten;
      end if;
      insert into closed_clinics (id, created_at, users, events)
      select id, created_at, (select count(*) from users where clinic_id = forgotten),
        (select count(*) from events where clinic_id = forgotten)
      from clinics where id = forgotten on conflict do nothing;
      perform set_config('frontdesk.forgets_clinic', 'yes', true);
      for of_clinic in
        select relname from pg_attribute join pg_class on pg_class.oid = attrelid
        where attname = 'clinic_id' and not attisdropped and relkind in ('r', 'p') and not relispartition
          and relnamespace = 'public'::regnamespace order by relname
      loop
        begin
          execute format(
            'delete from %I where ctid = any(array(select ctid from %I where clinic_id = $1 limit $2))',
            of_clinic, of_clinic) using forgotten, rows_max;
          get diagnostics gone = row_count;
        exception when foreign_key_violation then
          gone := 0;
          waiting := waiting || of_clinic;
        end;
        exit when gone > 0;
      end loop;
      perform set_config('frontdesk.forgets_clinic', '', true);
      if gone > 0 then
        return gone;
      end if;
      if cardinality(waiting) > 0 then
        raise exception 'these tables point to each other: %', waiting;
      end if;
      update labels set given_to = null, replaced_at = coalesce(replaced_at, now()) where given_to = forgotten;
      delete from clinics where id = forgotten;
      return 1;
    end $$`.execute(db)
}
