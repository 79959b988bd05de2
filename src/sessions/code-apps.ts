import { sql } from 'kysely'
import type { Keys } from '../config/keys.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { decryptSecret, encryptSecret } from './encrypted-secret.ts'
import { acceptedStep, clockOffMinutes } from './totp.ts'

interface Owner {
  clinicId: Id
  id: Id
}

export interface NewApp {
  id: string
  /** What its owner calls it. */
  label: string
  secret: Buffer
  /** The time step of the code with which it was set up. */
  usedStep: number
}

interface CodeApp {
  id: string
  label: string
  createdAt: Date
  lastUsedAt: Date | null
}

type TypedCode = { isRight: true } | { isRight: false; isUsed: boolean; clockOff: number | null }

/** Of one person, oldest first. */
export function codeAppsOf(db: Database | Transaction, user: Owner): Promise<CodeApp[]> {
  return current(db, user).select(['id', 'label', 'createdAt', 'lastUsedAt']).orderBy('createdAt').execute()
}

export async function addCodeApp(trx: Transaction, keys: Keys, user: Owner, app: NewApp): Promise<void> {
  const { clinicId, id: userId } = user
  const { id, label, secret, usedStep: lastUsedStep } = app
  const encrypted = encryptSecret(keys, [clinicId, userId, id], secret)
  await trx
    .insertInto('codeApps')
    .values({ clinicId, id, userId, label, secret: encrypted, lastUsedStep })
    .execute()
}

/** Also one that was removed since. */
export async function isKnownApp(
  trx: Transaction,
  { clinicId }: Owner,
  { id }: Pick<NewApp, 'id'>,
): Promise<boolean> {
  const app = trx.selectFrom('codeApps').select('id').where('clinicId', '=', clinicId).where('id', '=', id)
  return (await app.executeTakeFirst()) !== undefined
}

/** Its row stays, as a record that there was one. False if it is gone already. */
export async function removeCodeApps(trx: Transaction, user: Owner, id?: string): Promise<number> {
  const removed = await trx
    .updateTable('codeApps')
    .set({ secret: null, removedAt: sql`now()` })
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .where('removedAt', 'is', null)
    .$if(id !== undefined, (apps) => apps.where('id', '=', id as string))
    .executeTakeFirst()
  return Number(removed.numUpdatedRows)
}

/** Whether it is a code of one of their apps, which is thereby used up: for one of however many try at once. */
export async function useCode(db: Database, keys: Keys, user: Owner, typed: string): Promise<TypedCode> {
  const apps = await current(db, user).select(['id', 'secret']).execute()
  const time = Date.now()
  let refused: TypedCode = { isRight: false, isUsed: false, clockOff: null }
  for (const { id, secret: stored } of apps) {
    const secret = stored && decryptSecret(keys, [user.clinicId, user.id, id], stored)
    if (!secret) continue
    const step = acceptedStep(secret, typed, time)
    if (step !== null && (await useStep(db, keys, user, { id, step, secret }))) return { isRight: true }
    if (step !== null) refused = { isRight: false, isUsed: true, clockOff: null }
    else if (!refused.isUsed) refused = { ...refused, clockOff: slowMinutes(secret, typed, time) }
  }
  return refused
}

/** Of a fast phone nothing is said: whoever guesses would learn a code that is still to come. */
function slowMinutes(secret: Buffer, typed: string, time: number): number | null {
  const minutes = clockOffMinutes(secret, typed, time)
  return minutes !== null && minutes < 0 ? minutes : null
}

/** Also encrypts the secret anew, so that after a rotation of SECRET the old one is soon needed no more. */
async function useStep(
  db: Database,
  keys: Keys,
  user: Owner,
  { id, step, secret }: { id: string; step: number; secret: Buffer },
): Promise<boolean> {
  const encrypted = encryptSecret(keys, [user.clinicId, user.id, id], secret)
  const used = await db
    .updateTable('codeApps')
    .set({ lastUsedStep: step, lastUsedAt: sql`now()`, secret: encrypted })
    .where('clinicId', '=', user.clinicId)
    .where('id', '=', id)
    .where('removedAt', 'is', null)
    .where('lastUsedStep', '<', sql<string>`${step}`)
    .executeTakeFirst()
  return used.numUpdatedRows > 0n
}

function current(db: Database | Transaction, { clinicId, id }: Owner) {
  return db
    .selectFrom('codeApps')
    .where('clinicId', '=', clinicId)
    .where('userId', '=', id)
    .where('removedAt', 'is', null)
}
