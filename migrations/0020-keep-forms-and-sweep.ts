import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  // What somebody typed and has not verified yet, for the Back button; JSON as text, as people type NUL, too.
  await sql`
    create table kept_forms (
      lineage uuid not null,
      page text not null,
      seal_id uuid not null,
      fields text not null,
      kept_at timestamptz not null default now(),
      primary key (lineage, page)
    )`.execute(db)
  await sql`create index kept_forms_kept_at on kept_forms (kept_at)`.execute(db)

  // For the sweep: what is old, and the emails that speak of it.
  await sql`create index password_resets_expires_at on password_resets (expires_at)`.execute(db)
  await sql`
    create index email_changes_unfinished on email_changes (expires_at)
    where confirmed_at is null`.execute(db)
  await sql`
    create index emails_password_reset on emails (password_reset_id)
    where password_reset_id is not null`.execute(db)
  await sql`
    create index emails_email_change on emails (email_change_id)
    where email_change_id is not null`.execute(db)
}
