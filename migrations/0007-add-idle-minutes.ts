import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table clinics add column idle_minutes integer not null default 30
    check (idle_minutes between 15 and 720)`.execute(db)
}
