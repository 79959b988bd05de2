import type { Database } from '../database/database.ts'
import type { ActingUser } from '../events/events.ts'
import { lockOneself } from '../sessions/lock-oneself.ts'
import { setPassword } from '../sessions/set-password.ts'

/** Ends all of the person's sessions, so the caller starts a new one. */
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
