import type { Database } from '../database/database.ts'
import type { ActingUser } from '../events/events.ts'
import { lockOneself } from '../sessions/lock-oneself.ts'
import { setPassword } from '../sessions/set-password.ts'

/** Somebody signed in gives themself a new password; all their sessions end, so the caller begins a new one. */
export async function changePassword(
  db: Database,
  actor: ActingUser,
  sessionId: string,
  passwordHash: string,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const me = await lockOneself(trx, actor, sessionId)
    await setPassword(trx, actor, me, passwordHash, 'password.changed')
  })
}
