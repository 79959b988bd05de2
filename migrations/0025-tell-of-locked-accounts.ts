import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  // Only of emails of the kind “account locked”: what the wrong passwords led to.
  await sql`alter table emails add column lock_reason text`.execute(db)
}
