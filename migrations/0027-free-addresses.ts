import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  // Whoever left keeps the address in their history; it is somebody else's to use.
  await sql`
    alter table users
      add column email_freed_at timestamptz,
      add check (email_freed_at is null or deactivated_at is not null)`.execute(db)
  await sql`drop index users_email`.execute(db)
  await sql`
    create unique index users_email on users (clinic_id, lower(email)) where email_freed_at is null`.execute(
    db,
  )
}
