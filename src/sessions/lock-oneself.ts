import type { Transaction } from '../database/database.ts'
import type { User } from '../database/schema.ts'
import type { ActingUser } from '../events/events.ts'
import { actingUser, NoLongerAllowed } from '../roles/acting-user.ts'
import { can } from '../roles/roles.ts'
import { requireSession, SessionEnded } from './sessions.ts'

/**
 * The acting person, held until the act is done. The session is looked at under the lock: a request in flight must not
 * outlive its end.
 * @throws {SessionEnded}
 */
export async function lockOneself(trx: Transaction, actor: ActingUser, sessionId: string): Promise<User> {
  const me = await actingUser(trx, actor).forUpdate().executeTakeFirst()
  if (!me) throw new SessionEnded()
  if (!can(me, 'my-details.edit')) throw new NoLongerAllowed()
  await requireSession(trx, { clinicId: actor.clinicId, sessionId })
  return me
}
