import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  // How an administrator made sure who it is; only of changes for somebody who can no longer sign in.
  await sql`
    alter table email_changes
      add column identified_by text check (identified_by in ('phone', 'in person', 'not yet')),
      add column usable_from timestamptz`.execute(db)
}
