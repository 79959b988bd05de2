import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  // From two_step_from on, whom the rule is for signs in with a second step.
  await sql`
    alter table clinics
      add column two_step text not null default 'nobody' check (two_step in ('nobody', 'administrators', 'everybody')),
      add column two_step_from date,
      add column remember_days integer not null default 0 check (remember_days in (0, 7, 30)),
      add check (two_step = 'nobody' or two_step_from is not null)`.execute(db)

  // second_step_since is null for whoever has none. The generation grows with every change of what someone has. After a reset
  // someone has to set up a new one, whatever the rule.
  await sql`
    alter table users
      add column second_step_since timestamptz,
      add column factor_generation integer not null default 0,
      add column must_set_up_second_step boolean not null default false`.execute(db)

  await sql`
    alter table sessions
      add column second_step text check (second_step in ('code', 'passkey', 'recovery code', 'known browser')),
      add column second_step_at timestamptz`.execute(db)

  // What was removed stays, without its secret: a record of all that were ever bound to the person.
  await sql`
    create table code_apps (
      clinic_id bigint not null,
      id uuid not null,
      user_id bigint not null,
      label text not null,
      secret bytea,
      last_used_step bigint not null,
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      removed_at timestamptz,
      primary key (clinic_id, id),
      foreign key (clinic_id, user_id) references users,
      check ((secret is null) = (removed_at is not null))
    )`.execute(db)
  await sql`create index code_apps_user on code_apps (clinic_id, user_id)`.execute(db)

  await sql`
    create table passkeys (
      clinic_id bigint not null,
      id uuid not null,
      user_id bigint not null,
      label text not null,
      rp_id text not null,
      credential_id bytea not null,
      public_key bytea,
      sign_count bigint not null,
      is_synced boolean not null,
      transports text[] not null,
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      removed_at timestamptz,
      primary key (clinic_id, id),
      unique (clinic_id, credential_id),
      foreign key (clinic_id, user_id) references users,
      check ((public_key is null) = (removed_at is not null))
    )`.execute(db)
  await sql`create index passkeys_user on passkeys (clinic_id, user_id)`.execute(db)

  await sql`
    create table recovery_codes (
      clinic_id bigint not null,
      user_id bigint not null,
      code_hash bytea not null,
      made_at timestamptz not null default now(),
      used_at timestamptz,
      primary key (clinic_id, user_id, code_hash),
      foreign key (clinic_id, user_id) references users
    )`.execute(db)

  // A browser in which someone has signed in. For skips_code_until it needs no code, as long as the generation is theirs.
  await sql`
    create table known_browsers (
      clinic_id bigint not null,
      id uuid not null,
      user_id bigint not null,
      token_hash bytea not null,
      user_agent text,
      created_at timestamptz not null default now(),
      last_seen_at timestamptz not null default now(),
      skips_code_until timestamptz,
      generation integer not null,
      primary key (clinic_id, id),
      unique (clinic_id, token_hash, user_id),
      foreign key (clinic_id, user_id) references users
    )`.execute(db)
  await sql`create index known_browsers_user on known_browsers (clinic_id, user_id)`.execute(db)
  await sql`create index known_browsers_last_seen on known_browsers (last_seen_at)`.execute(db)

  // As with a password reset, the link dies with the address and the password it was sent for.
  await sql`
    create table second_step_links (
      id bigint generated always as identity unique,
      clinic_id bigint not null,
      user_id bigint not null,
      email text not null,
      password_fingerprint bytea not null,
      reason text not null check (reason in ('required', 'reset', 'asked')),
      nonce bytea not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz,
      primary key (clinic_id, id),
      foreign key (clinic_id, user_id) references users
    )`.execute(db)
  await sql`create index second_step_links_user on second_step_links (clinic_id, user_id, id)`.execute(db)
  await sql`create index second_step_links_expires_at on second_step_links (expires_at)`.execute(db)

  await sql`
    alter table emails
      add column second_step_link_id bigint,
      add column second_step_change text,
      add column about_user_id bigint,
      add foreign key (clinic_id, about_user_id) references users,
      add foreign key (clinic_id, second_step_link_id) references second_step_links`.execute(db)
  await sql`create index emails_second_step_link on emails (second_step_link_id) where second_step_link_id is not null`.execute(
    db,
  )
}
