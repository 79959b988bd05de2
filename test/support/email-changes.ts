import type { Config } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import { type LinkPurpose, linkPath } from '../../src/emails/links.ts'

/** The link in the newest email to a new address. */
export async function confirmPath(db: Database, config: Config): Promise<string> {
  const changes = db.selectFrom('emailChanges').selectAll().orderBy('id', 'desc').limit(1)
  return linkPath(config, 'email change', await changes.executeTakeFirstOrThrow())
}

/** The newest link at the new mailbox of somebody who lost theirs, or the one at the old mailbox that stops it. */
export async function replacementPath(
  db: Database,
  config: Config,
  purpose: Extract<LinkPurpose, `email replacement${string}`>,
): Promise<string> {
  const changes = db.selectFrom('emailChanges').selectAll().where('identifiedBy', 'is not', null)
  return linkPath(config, purpose, await changes.orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow())
}
