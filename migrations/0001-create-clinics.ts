import { type Kysely, sql } from 'kysely'

/**
 * Everything else belongs to a clinic, and says so in its keys: a row that names another one names the clinic with it, so it
 * can never point into another clinic. Beside that key stands `unique (id)` where a link, a delivery report or a loop over
 * all clinics knows the id alone.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table clinics (
      id bigint generated always as identity primary key,
      name text not null,
      label text not null,
      country char(2) not null,
      time_zone text not null,
      idle_minutes integer not null default 30 check (idle_minutes between 15 and 720),
      practitioners integer not null default 0,
      administrative integer not null default 0,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`create unique index clinics_label on clinics (lower(label))`.execute(db)
}
