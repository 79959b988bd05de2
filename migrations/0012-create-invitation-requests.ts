import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  // What the person held last when they asked: once a newer one was sent, the request is answered.
  await sql`
    create table invitation_requests (
      id bigint generated always as identity primary key,
      clinic_id bigint not null,
      user_id bigint not null,
      opened_invitation_id bigint not null references invitations,
      latest_invitation_id bigint not null references invitations,
      created_at timestamptz not null default now(),
      foreign key (clinic_id, user_id) references users (clinic_id, id)
    )`.execute(db)
  await sql`create index invitation_requests_user on invitation_requests (clinic_id, user_id, id)`.execute(db)
  await sql`alter table emails add column invitation_request_id bigint references invitation_requests`.execute(
    db,
  )
}
