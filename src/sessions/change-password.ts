import type { Database } from '../database/database.ts'
import type { ActingUser } from '../events/events.ts'
import { setPassword } from './set-password.ts'

/**
 * Somebody signed in gives themself a new password; their sessions end, so the caller renews the present one. False where
 * that session was ended meanwhile, by another new password for example.
 */
export async function changePassword(
  db: Database,
  actor: ActingUser,
  lineage: string,
  passwordHash: string,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const user = await trx
      .selectFrom('users')
      .selectAll()
      .where('accountId', '=', actor.accountId)
      .where('id', '=', actor.userId)
      .where('deactivatedAt', 'is', null)
      .forUpdate()
      .executeTakeFirst()
    // Looked at under the lock: a request in flight must not outlive the end of its session.
    const session = await trx
      .selectFrom('sessions')
      .select('lineage')
      .where('lineage', '=', lineage)
      .where('revokedAt', 'is', null)
      .executeTakeFirst()
    if (!user || !session) return false
    await setPassword(trx, actor, user, passwordHash, 'password.changed')
    return true
  })
}
