import { type Kysely, sql } from 'kysely'

/** A role alone in the filter, in order: the present indexes have whether someone is a practitioner in between. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const [name, key] of [
    ['name', 'sort_name'],
    ['sign_in', `coalesce(last_sign_in_at, '-infinity')`],
  ] as const) {
    for (const [state, rows] of [
      ['present', 'deactivated_at is null'],
      ['deactivated', 'deactivated_at is not null'],
    ] as const) {
      await sql`
        create index ${sql.raw(`users_${state}_of_role_by_${name}`)} on users (account_id, role, ${sql.raw(key)}, id)
        where ${sql.raw(rows)}`.execute(db)
    }
  }
  await sql`
    create index users_invited_of_role_by_name on users (account_id, role, sort_name, id)
    where deactivated_at is null and joined_at is null`.execute(db)
  // It made the planner sure that nobody is left, and read everybody to find that out.
  await sql`drop statistics users_roles`.execute(db)
}
