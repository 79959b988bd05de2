import { type Kysely, sql } from 'kysely'

const PRESENT = 'deactivated_at is null'
const SIGN_IN = `coalesce(last_sign_in_at, '-infinity')`

/** From and until which day, both included, somebody has access; days are the clinic's. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table users
      add column access_from date,
      add column access_until date,
      add constraint users_access_until_after_from check (access_until >= access_from),
      add constraint users_owner_has_no_dates
        check (not is_owner or (access_from is null and access_until is null))`.execute(db)
  for (const [name, column] of [
    ['starting', 'access_from'],
    ['ending', 'access_until'],
  ] as const) {
    const rows = `${PRESENT} and ${column} is not null`
    await createIndex(db, `users_${name}`, column, rows)
    await createIndex(db, `users_${name}_by_name`, 'sort_name', rows)
    await createIndex(db, `users_${name}_by_sign_in`, SIGN_IN, rows)
  }

  // What has been said, or need not be, of a day on which access ends; the key keeps two processes from saying it twice.
  await sql`
    create table access_reminders (
      id bigint generated always as identity,
      clinic_id bigint not null,
      user_id bigint not null,
      access_until date not null,
      days_before integer not null,
      created_at timestamptz not null default now(),
      primary key (clinic_id, id),
      unique (clinic_id, user_id, access_until, days_before),
      foreign key (clinic_id, user_id) references users
    )`.execute(db)
  await sql`
    alter table emails
      add column access_reminder_id bigint,
      add foreign key (clinic_id, access_reminder_id) references access_reminders`.execute(db)
  await sql`
    create index emails_access_reminder on emails (clinic_id, access_reminder_id)
    where access_reminder_id is not null`.execute(db)
}

async function createIndex(db: Kysely<never>, name: string, key: string, rows: string): Promise<void> {
  await sql.raw(`create index ${name} on users (clinic_id, ${key}, id) where ${rows}`).execute(db)
}
