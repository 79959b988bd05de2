import { type Kysely, sql } from 'kysely'

/** Users imported from a list: a draft while it is being checked, then the work, then its results. */
export async function up(db: Kysely<never>): Promise<void> {
  // A list without headings waits until somebody has said which column is which: until then it has untold_columns.
  await sql`
    create table imports (
      id bigint generated always as identity unique,
      clinic_id bigint not null,
      created_by bigint not null,
      created_at timestamptz not null default now(),
      ignored_columns text[] not null default '{}',
      untold_columns jsonb,
      defaults jsonb not null default '{}',
      is_encoding_guessed boolean not null default false,
      version integer not null default 1,
      started_at timestamptz,
      ip text,
      user_agent text,
      worked_at timestamptz,
      finished_at timestamptz,
      stop_reason text check (stop_reason in ('stopped', 'right lost')),
      stopped_by bigint,
      primary key (clinic_id, id),
      foreign key (clinic_id, created_by) references users,
      foreign key (clinic_id, stopped_by) references users
    )`.execute(db)
  await sql`
    create index imports_at_work on imports (worked_at)
    where started_at is not null and finished_at is null`.execute(db)

  // What was typed, then the person as they were shown at the last look, then what became of them.
  await sql`
    create table import_rows (
      clinic_id bigint not null,
      import_id bigint not null,
      number integer not null,
      answers jsonb not null,
      is_skipped boolean not null default false,
      user_fields jsonb,
      attempts integer not null default 0,
      next_attempt_at timestamptz,
      user_id bigint,
      refusal jsonb,
      primary key (clinic_id, import_id, number),
      foreign key (clinic_id, import_id) references imports on delete cascade,
      foreign key (clinic_id, user_id) references users
    )`.execute(db)
  await sql`
    create index import_rows_waiting on import_rows (clinic_id, import_id, number)
    where user_fields is not null and user_id is null and refusal is null`.execute(db)
}
