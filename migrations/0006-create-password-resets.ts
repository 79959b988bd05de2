import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  // The address and a fingerprint of the password's hash: a link dies with either, whoever changes them.
  await sql`
    create table password_resets (
      id bigint generated always as identity primary key,
      clinic_id bigint not null,
      user_id bigint not null,
      email text not null,
      password_fingerprint bytea not null,
      nonce bytea not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz,
      foreign key (clinic_id, user_id) references users (clinic_id, id)
    )`.execute(db)
  await sql`create index password_resets_user on password_resets (clinic_id, user_id, id)`.execute(db)
  await sql`alter table emails add column password_reset_id bigint references password_resets`.execute(db)
}
