import { type Kysely, sql } from 'kysely'

/** Hardly any practitioner has no calendar, which the planner cannot see from either column alone. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create statistics users_role_and_practitioner (mcv) on role, is_practitioner from users`.execute(
    db,
  )
}
