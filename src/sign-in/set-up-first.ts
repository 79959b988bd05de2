import type { Keys } from '../config/keys.ts'
import type { Database } from '../database/database.ts'
import type { User } from '../database/schema.ts'
import type { Actor } from '../events/events.ts'
import type { NewApp } from '../sessions/code-apps.ts'
import type { NewPasskey } from '../sessions/passkeys.ts'
import type { PendingSignIn } from '../sessions/pending-sign-in.ts'
import { addApp, addPasskey } from '../sessions/second-steps.ts'
import { useSetUpLink } from './second-step-links.ts'

interface First {
  user: User
  pending: PendingSignIn
  step: { app: NewApp } | { passkey: NewPasskey }
  from: Pick<Actor, 'ip' | 'userAgent'>
}

/** Once, however often it's submitted; null if they have a second step by now, or the link no longer works. */
export function setUpFirst(
  db: Database,
  keys: Keys,
  { user: { clinicId, id, factorGeneration }, pending: { setUp }, step, from }: First,
): Promise<{ user: User; codes: string[] } | null> {
  return db.transaction().execute(async (trx) => {
    const read = () =>
      trx.selectFrom('users').selectAll().where('clinicId', '=', clinicId).where('id', '=', id)
    const user = await read().forUpdate().executeTakeFirst()
    if (!user || user.deactivatedAt || user.secondStepSince || user.factorGeneration !== factorGeneration)
      return null
    if (setUp && 'linkId' in setUp && !(await useSetUpLink(trx, user, setUp.linkId))) return null
    const actor = { clinicId, userId: id, ip: from.ip, userAgent: from.userAgent }
    const codes =
      'app' in step
        ? await addApp(trx, keys, user, step.app, { actor })
        : await addPasskey(trx, keys, user, step.passkey, { actor })
    return codes && { user: await read().executeTakeFirstOrThrow(), codes }
  })
}
