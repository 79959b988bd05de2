import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  // request_id stands in each line of the log about the same request, too.
  await sql`
    create table events (
      id bigint generated always as identity,
      clinic_id bigint not null references clinics,
      actor_id bigint,
      action text not null,
      subject_id bigint,
      before jsonb,
      after jsonb,
      submission_id uuid,
      request_id text,
      ip text,
      user_agent text,
      created_at timestamptz not null default now(),
      primary key (clinic_id, id),
      unique (clinic_id, submission_id),
      foreign key (clinic_id, actor_id) references users,
      foreign key (clinic_id, subject_id) references users
    )`.execute(db)
  await sql`create index events_subject on events (clinic_id, subject_id, id)`.execute(db)
  await sql`create index events_time on events (clinic_id, created_at, id)`.execute(db)
  await sql`create index events_actor on events (clinic_id, actor_id, created_at, id)`.execute(db)

  await sql`
    create function events_are_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'events are append-only';
    end $$`.execute(db)
  await sql`
    create trigger events_are_append_only
    before update or delete or truncate on events
    for each statement execute function events_are_append_only()`.execute(db)
  // What happened stays, also in a session that turns ordinary triggers off, as a restore or a replica does.
  await sql`alter table events enable always trigger events_are_append_only`.execute(db)
}
