import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  // identified_by and usable_from: how an administrator made sure who it is, for somebody who can no longer sign in.
  await sql`
    create table email_changes (
      id bigint generated always as identity unique,
      clinic_id bigint not null,
      user_id bigint not null,
      old_email text not null,
      new_email text not null,
      requested_by bigint not null,
      identified_by text check (identified_by in ('phone', 'in person', 'not yet')),
      nonce bytea not null,
      created_at timestamptz not null default now(),
      usable_from timestamptz,
      expires_at timestamptz not null,
      confirmed_at timestamptz,
      withdrawn_at timestamptz,
      primary key (clinic_id, id),
      foreign key (clinic_id, user_id) references users,
      foreign key (clinic_id, requested_by) references users
    )`.execute(db)
  await sql`create index email_changes_user on email_changes (clinic_id, user_id, id)`.execute(db)
  await sql`
    create unique index email_changes_open on email_changes (clinic_id, user_id)
    where confirmed_at is null and withdrawn_at is null`.execute(db)
  await sql`
    create index email_changes_unfinished on email_changes (expires_at)
    where confirmed_at is null`.execute(db)
}
