import { type Kysely, sql } from 'kysely'

/** A list without headings waits until somebody has said which column is which. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table imports
      add column untold_columns jsonb,
      add column defaults jsonb not null default '{}'`.execute(db)
}
