import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import type { Id, User } from '../database/schema.ts'
import { findUser } from '../users/users.ts'
import { checkAnswer, credentialIdIn, hostOf, type NewCredential, type RelyingParty } from './webauthn.ts'

export interface NewPasskey {
  /** What its owner calls it. */
  label: string
  party: RelyingParty
  credential: NewCredential
}

interface Owner {
  clinicId: Id
  id: Id
}

/** What someone has that is a passkey, oldest first. */
export function passkeysOf(db: Database | Transaction, { clinicId, id }: Owner) {
  return db
    .selectFrom('passkeys')
    .select(['id', 'label', 'credentialId', 'transports', 'createdAt', 'lastUsedAt'])
    .where('clinicId', '=', clinicId)
    .where('userId', '=', id)
    .where('removedAt', 'is', null)
    .orderBy('createdAt')
    .execute()
}

/** False if it's known already, be it someone else's. */
export async function insertPasskey(
  trx: Transaction,
  { clinicId, id: userId }: Owner,
  { label, party, credential }: NewPasskey,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('passkeys')
    .values({ clinicId, id: randomUUID(), userId, label, rpId: hostOf(party), ...credential })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Its row stays, without the key. Without an id, all of them. */
export async function removePasskeys(trx: Transaction, user: Owner, id?: string): Promise<void> {
  await trx
    .updateTable('passkeys')
    .set({ publicKey: null, removedAt: sql`now()` })
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .where('removedAt', 'is', null)
    .$if(id !== undefined, (passkeys) => passkeys.where('id', '=', id as string))
    .execute()
}

/**
 * Whose passkey answered this challenge at this clinic's host; null if nobody's, or if they were deactivated. The person is
 * read before it is used, and so is as old as what was shown. Of two answers with one count, from a copy, one is taken; synced
 * passkeys send none.
 */
export async function usePasskey(
  db: Database,
  { clinicId, party, challenge }: { clinicId: Id; party: RelyingParty; challenge: string },
  answer: string,
): Promise<User | null> {
  const credentialId = credentialIdIn(answer)
  if (!credentialId) return null
  const passkey = await db
    .selectFrom('passkeys')
    .select(['id', 'userId', 'credentialId', 'publicKey', 'signCount', 'transports'])
    .where('clinicId', '=', clinicId)
    .where('credentialId', '=', credentialId)
    .where('removedAt', 'is', null)
    .executeTakeFirst()
  if (!passkey?.publicKey) return null
  const known = { ...passkey, publicKey: passkey.publicKey, signCount: Number(passkey.signCount) }
  const user = await findUser(db, clinicId, passkey.userId)
  const signCount = await checkAnswer(party, challenge, known, answer)
  if (!user || user.deactivatedAt || signCount === null) return null
  const used = await db
    .updateTable('passkeys')
    .set({ signCount, lastUsedAt: sql`now()` })
    .where('clinicId', '=', clinicId)
    .where('id', '=', passkey.id)
    .where('removedAt', 'is', null)
    .where((eb) => eb.or([eb('signCount', '<', sql<string>`${signCount}`), eb('signCount', '=', '0')]))
    .executeTakeFirst()
  return used.numUpdatedRows > 0n ? user : null
}
