import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table invitations (
      id bigint generated always as identity primary key,
      clinic_id bigint not null,
      user_id bigint not null,
      email text not null,
      invited_by bigint not null,
      nonce bytea not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      accepted_at timestamptz,
      revoked_at timestamptz,
      foreign key (clinic_id, user_id) references users (clinic_id, id),
      foreign key (clinic_id, invited_by) references users (clinic_id, id)
    )`.execute(db)
  await sql`
    create unique index invitations_open on invitations (clinic_id, user_id)
    where accepted_at is null and revoked_at is null`.execute(db)
  await sql`create index invitations_user on invitations (clinic_id, user_id, id)`.execute(db)
  await sql`
    create index invitations_inviter on invitations (clinic_id, invited_by)
    where accepted_at is null and revoked_at is null`.execute(db)

  // The outbox and its history in one. It holds ids, never a link or another secret.
  await sql`
    create table emails (
      id bigint generated always as identity primary key,
      clinic_id bigint not null,
      user_id bigint not null,
      invitation_id bigint references invitations,
      kind text not null,
      recipient text not null,
      created_at timestamptz not null default now(),
      attempts integer not null default 0,
      next_attempt_at timestamptz not null default now(),
      leased_until timestamptz,
      sent_at timestamptz,
      message_id text,
      failed_at timestamptz,
      failure text,
      delivered_at timestamptz,
      bounced_at timestamptz,
      bounce_reason text,
      complained_at timestamptz,
      foreign key (clinic_id, user_id) references users (clinic_id, id)
    )`.execute(db)
  await sql`
    create index emails_due on emails (next_attempt_at)
    where sent_at is null and failed_at is null`.execute(db)
  await sql`create index emails_user on emails (clinic_id, user_id, id)`.execute(db)
  await sql`create unique index emails_message on emails (message_id)`.execute(db)
}
