import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table invitations (
      id bigint generated always as identity unique,
      clinic_id bigint not null,
      user_id bigint not null,
      email text not null,
      invited_by bigint not null,
      nonce bytea not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      accepted_at timestamptz,
      revoked_at timestamptz,
      primary key (clinic_id, id),
      foreign key (clinic_id, user_id) references users,
      foreign key (clinic_id, invited_by) references users
    )`.execute(db)
  // With the time beside it the index alone tells who can still join.
  await sql`
    create unique index invitations_open on invitations (clinic_id, user_id) include (expires_at)
    where accepted_at is null and revoked_at is null`.execute(db)
  await sql`create index invitations_user on invitations (clinic_id, user_id, id)`.execute(db)
  await sql`
    create index invitations_inviter on invitations (clinic_id, invited_by)
    where accepted_at is null and revoked_at is null`.execute(db)

  // What the person held last when they asked: once a newer one was sent, the request is answered.
  await sql`
    create table invitation_requests (
      id bigint generated always as identity unique,
      clinic_id bigint not null,
      user_id bigint not null,
      opened_invitation_id bigint not null,
      latest_invitation_id bigint not null,
      created_at timestamptz not null default now(),
      primary key (clinic_id, id),
      foreign key (clinic_id, user_id) references users,
      foreign key (clinic_id, opened_invitation_id) references invitations,
      foreign key (clinic_id, latest_invitation_id) references invitations
    )`.execute(db)
  await sql`create index invitation_requests_user on invitation_requests (clinic_id, user_id, id)`.execute(db)
}
