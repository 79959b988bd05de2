import { type Kysely, sql } from 'kysely'

/** When a user needs attention is a rule, and rules live in TypeScript; the column and its indexes stay. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`drop trigger keep_needs_attention_on_insert on emails`.execute(db)
  await sql`drop trigger keep_needs_attention_on_update on emails`.execute(db)
  await sql`drop trigger attention_is_over on users`.execute(db)
  await sql`drop function keep_needs_attention()`.execute(db)
  await sql`drop function attention_is_over()`.execute(db)
}
