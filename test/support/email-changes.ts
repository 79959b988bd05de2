import type { Config } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import { linkPath } from '../../src/emails/links.ts'

/** The link in the newest e-mail to a new address. */
export async function confirmPath(db: Database, config: Config): Promise<string> {
  const changes = db.selectFrom('emailChanges').selectAll().orderBy('id', 'desc').limit(1)
  return linkPath(config, 'email change', await changes.executeTakeFirstOrThrow())
}
