import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table email_changes (
      id bigint generated always as identity primary key,
      clinic_id bigint not null,
      user_id bigint not null,
      old_email text not null,
      new_email text not null,
      requested_by bigint not null,
      nonce bytea not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      confirmed_at timestamptz,
      withdrawn_at timestamptz,
      foreign key (clinic_id, user_id) references users (clinic_id, id),
      foreign key (clinic_id, requested_by) references users (clinic_id, id)
    )`.execute(db)
  await sql`create index email_changes_user on email_changes (clinic_id, user_id, id)`.execute(db)
  await sql`
    create unique index email_changes_open on email_changes (clinic_id, user_id)
    where confirmed_at is null and withdrawn_at is null`.execute(db)
  await sql`alter table emails add column email_change_id bigint references email_changes`.execute(db)
}
