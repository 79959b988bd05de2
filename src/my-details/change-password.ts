import type { Database } from '../database/database.ts'
import type { User } from '../database/schema.ts'
import type { ActingUser } from '../events/events.ts'
import { lockOneself } from '../sessions/lock-oneself.ts'
import { setPassword } from '../sessions/set-password.ts'

/** Ends all of the person's sessions, so the caller starts a new one, as they are now. */
export async function changePassword(
  db: Database,
  actor: ActingUser,
  sessionId: string,
  passwordHash: string,
): Promise<User> {
  return db.transaction().execute(async (trx) => {
    const me = await lockOneself(trx, actor, sessionId)
    await setPassword(trx, actor, me, passwordHash, 'password.changed')
    return { ...me, passwordHash }
  })
}
