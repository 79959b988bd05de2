import type { Keys } from '../config/keys.ts'
import type { Database } from '../database/database.ts'
import type { ActingUser } from '../events/events.ts'
import { isKnownApp, type NewApp } from '../sessions/code-apps.ts'
import { lockOneself } from '../sessions/lock-oneself.ts'
import type { NewPasskey } from '../sessions/passkeys.ts'
import { addApp, addPasskey, removeSecondStep, renewCodes } from '../sessions/second-steps.ts'

interface Doing {
  db: Database
  keys: Keys
  actor: ActingUser
  sessionId: string
}

/**
 * Once: pressed twice it would be two apps, and each code of theirs good for two sign-ins.
 * @returns recovery codes to be shown, if it's their first second step
 */
export function addOwnApp(
  { db, keys, actor, sessionId }: Doing,
  app: NewApp,
): Promise<string[] | null | 'again'> {
  return db.transaction().execute(async (trx) => {
    const me = await lockOneself(trx, actor, sessionId)
    if (await isKnownApp(trx, me, app)) return 'again'
    return addApp(trx, keys, me, app, { actor, keep: sessionId })
  })
}

export function addOwnPasskey(
  { db, keys, actor, sessionId }: Doing,
  passkey: NewPasskey,
): Promise<string[] | null> {
  return db.transaction().execute(async (trx) => {
    const me = await lockOneself(trx, actor, sessionId)
    return addPasskey(trx, keys, me, passkey, { actor, keep: sessionId })
  })
}

export async function removeOwnSecondStep(
  { db, actor, sessionId }: Omit<Doing, 'keys'>,
  id: string,
  isNeeded: boolean,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const me = await lockOneself(trx, actor, sessionId)
    await removeSecondStep(trx, me, id, { actor, keep: sessionId, isNeeded })
  })
}

export function renewOwnCodes({ db, keys, actor, sessionId }: Doing): Promise<string[]> {
  return db.transaction().execute(async (trx) => {
    const me = await lockOneself(trx, actor, sessionId)
    return renewCodes(trx, keys, me, actor)
  })
}
