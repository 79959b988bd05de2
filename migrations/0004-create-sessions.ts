import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  // An ended row stays as a tombstone: a late save by a slow request must not bring the session back.
  // ended_at may lie a minute ahead: the token that was replaced still serves the second click of a double click.
  await sql`
    create table sessions (
      clinic_id bigint not null references clinics,
      token_hash bytea not null,
      session_id uuid not null,
      user_id bigint,
      data jsonb not null,
      ip text,
      user_agent text,
      created_at timestamptz not null default now(),
      signed_in_at timestamptz,
      last_seen_at timestamptz not null default now(),
      ended_at timestamptz,
      primary key (clinic_id, token_hash),
      foreign key (clinic_id, user_id) references users
    )`.execute(db)
  await sql`create index sessions_user on sessions (clinic_id, user_id)`.execute(db)
  await sql`create index sessions_session_id on sessions (clinic_id, session_id)`.execute(db)
  await sql`create index sessions_last_seen on sessions (last_seen_at)`.execute(db)

  // What somebody typed and has not verified yet, for the Back button; JSON as text, as people type NUL, too.
  await sql`
    create table kept_forms (
      clinic_id bigint not null references clinics,
      session_id uuid not null,
      page text not null,
      signed_form_id uuid not null,
      fields text not null,
      kept_at timestamptz not null default now(),
      primary key (clinic_id, session_id, page)
    )`.execute(db)
  await sql`create index kept_forms_kept_at on kept_forms (kept_at)`.execute(db)

  // Counts by person, IP or device as the key says, before it is known whose clinic it is.
  await sql`
    create table throttles (
      key text primary key,
      failures integer not null,
      first_failed_at timestamptz not null,
      blocked_until timestamptz not null
    )`.execute(db)

  // The address and a fingerprint of the password's hash: a link dies with either, whoever changes them.
  // requested_by is null where somebody asked for their own link.
  await sql`
    create table password_resets (
      id bigint generated always as identity unique,
      clinic_id bigint not null,
      user_id bigint not null,
      email text not null,
      password_fingerprint bytea not null,
      requested_by bigint,
      nonce bytea not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz,
      primary key (clinic_id, id),
      foreign key (clinic_id, user_id) references users,
      foreign key (clinic_id, requested_by) references users
    )`.execute(db)
  await sql`create index password_resets_user on password_resets (clinic_id, user_id, id)`.execute(db)
  await sql`create index password_resets_expires_at on password_resets (expires_at)`.execute(db)
}
