import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  // Null where somebody asked for their own link.
  await sql`
    alter table password_resets
      add column requested_by bigint,
      add foreign key (clinic_id, requested_by) references users (clinic_id, id)`.execute(db)
}
