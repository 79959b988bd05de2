import { type Kysely, sql } from 'kysely'

/** When each email's turn is: invitations of one clinic stand apart, so that whatever else waits goes between them. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table emails add column turn_at timestamptz not null default now()`.execute(db)
  await sql`drop index emails_due_of_clinic`.execute(db)
  await sql`create index emails_turn on emails (turn_at) where sent_at is null and failed_at is null`.execute(
    db,
  )
  await sql`
    create index emails_turn_of_clinic on emails (clinic_id, turn_at)
    where sent_at is null and failed_at is null and kind = 'invitation'`.execute(db)
}
