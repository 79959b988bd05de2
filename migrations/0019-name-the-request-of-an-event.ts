import { type Kysely, sql } from 'kysely'

/** The same id stands in each line of the log about that request. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table events add column request_id text`.execute(db)
}
