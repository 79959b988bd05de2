import type { Config } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import { linkPath } from '../../src/emails/links.ts'

/** The path of the newest link with which a person may choose a new password. */
export async function resetPath(db: Database, config: Config, user: { id: string }): Promise<string> {
  const reset = db.selectFrom('passwordResets').selectAll().where('userId', '=', user.id)
  return linkPath(
    config,
    'password reset',
    await reset.orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow(),
  )
}
