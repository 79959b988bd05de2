import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  // A revoked row stays as a tombstone: a late save by a slow request must not bring the session back.
  // revoked_at may lie a minute ahead: the id that was replaced still serves the second click of a double click.
  await sql`
    create table sessions (
      id_hash bytea primary key,
      lineage uuid not null,
      clinic_id bigint,
      user_id bigint,
      data jsonb not null,
      failed_proofs integer not null default 0,
      ip text,
      user_agent text,
      created_at timestamptz not null default now(),
      signed_in_at timestamptz,
      last_seen_at timestamptz not null default now(),
      revoked_at timestamptz,
      foreign key (clinic_id, user_id) references users (clinic_id, id)
    )`.execute(db)
  await sql`create index sessions_user on sessions (clinic_id, user_id)`.execute(db)
  await sql`create index sessions_lineage on sessions (lineage)`.execute(db)
  await sql`create index sessions_last_seen on sessions (last_seen_at)`.execute(db)

  await sql`
    create table throttles (
      key text primary key,
      failures integer not null,
      first_failed_at timestamptz not null,
      blocked_until timestamptz not null
    )`.execute(db)

  await sql`
    create table events (
      id bigint generated always as identity primary key,
      clinic_id bigint not null references clinics,
      actor_id bigint,
      action text not null,
      subject_id bigint,
      before jsonb,
      after jsonb,
      submission_id uuid unique,
      ip text,
      user_agent text,
      created_at timestamptz not null default now(),
      foreign key (clinic_id, actor_id) references users (clinic_id, id),
      foreign key (clinic_id, subject_id) references users (clinic_id, id)
    )`.execute(db)
  await sql`create index events_clinic on events (clinic_id, id)`.execute(db)
  await sql`create index events_subject on events (clinic_id, subject_id, id)`.execute(db)

  await sql`
    create function events_are_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'events are append-only';
    end $$`.execute(db)
  await sql`
    create trigger events_are_append_only
    before update or delete or truncate on events
    for each statement execute function events_are_append_only()`.execute(db)
}
