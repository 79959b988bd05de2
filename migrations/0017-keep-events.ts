import { type Kysely, sql } from 'kysely'

/** What happened stays, also in a session that turns ordinary triggers off, as a restore or a replica does. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table events enable always trigger events_are_append_only`.execute(db)
}
