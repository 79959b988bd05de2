import type { Config } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import type { User } from '../../src/database/schema.ts'
import { linkPath } from '../../src/emails/links.ts'

/** The path of a person's newest invitation link, or of an earlier one counted back from it. */
export async function joinPath(
  db: Database,
  config: Config,
  user: Pick<User, 'id'>,
  earlier = 0,
): Promise<string> {
  const invitation = await db
    .selectFrom('invitations')
    .select(['id', 'nonce'])
    .where('userId', '=', user.id)
    .orderBy('id', 'desc')
    .offset(earlier)
    .limit(1)
    .executeTakeFirstOrThrow()
  return linkPath(config, 'invitation', invitation)
}
