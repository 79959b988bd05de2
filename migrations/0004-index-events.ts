import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await sql`create index events_time on events (clinic_id, created_at, id)`.execute(db)
  await sql`create index events_actor on events (clinic_id, actor_id, created_at, id)`.execute(db)
}
