import { createHmac, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Keys } from '../config/keys.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Id } from '../database/schema.ts'

const RECOVERY_CODES = 10
/** Below it, new ones should be made. */
export const FEW_CODES = 3
/** Crockford's: no I, L, O or U. Each character is five bits: 120 in all. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 24
const GROUP_LENGTH = 4

interface Owner {
  clinicId: Id
  id: Id
}

/** Ten new ones, as they are shown once. The old ones are gone. */
export async function makeRecoveryCodes(trx: Transaction, keys: Keys, user: Owner): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, newCode)
  const { clinicId, id: userId } = user
  await deleteRecoveryCodes(trx, user)
  const rows = codes.map((code) => ({ clinicId, userId, codeHash: hashOf(keys[0], user, fold(code)) }))
  await trx.insertInto('recoveryCodes').values(rows).execute()
  return codes.map(grouped)
}

/** Uses it up, for one of however many try at once. */
export async function useRecoveryCode(
  db: Database,
  keys: Keys,
  user: Owner,
  typed: string,
): Promise<boolean> {
  const code = fold(typed)
  const used = await db
    .updateTable('recoveryCodes')
    .set({ usedAt: sql`now()` })
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .where(
      'codeHash',
      'in',
      keys.map((key) => hashOf(key, user, code)),
    )
    .where('usedAt', 'is', null)
    .executeTakeFirst()
  return used.numUpdatedRows > 0n
}

/** Whether it's of their latest set, used or not. */
export async function isCurrentCode(db: Database, keys: Keys, user: Owner, code: string): Promise<boolean> {
  const hashes = keys.map((key) => hashOf(key, user, fold(code)))
  const known = db.selectFrom('recoveryCodes').select('codeHash').where('clinicId', '=', user.clinicId)
  const found = await known.where('userId', '=', user.id).where('codeHash', 'in', hashes).executeTakeFirst()
  return found !== undefined
}

export async function countRecoveryCodes(db: Database | Transaction, user: Owner): Promise<number> {
  const { left } = await db
    .selectFrom('recoveryCodes')
    .select(({ fn }) => fn.countAll<string>().as('left'))
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .where('usedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(left)
}

export async function deleteRecoveryCodes(trx: Transaction, user: Owner): Promise<void> {
  const codes = trx.deleteFrom('recoveryCodes').where('clinicId', '=', user.clinicId)
  await codes.where('userId', '=', user.id).execute()
}

/** 256 is a multiple of 32, so each character is as likely as any other. */
function newCode(): string {
  return [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')
}

function grouped(code: string): string {
  return (code.match(new RegExp(`.{${GROUP_LENGTH}}`, 'g')) ?? []).join(' ')
}

/** As people copy it from paper. */
function fold(typed: string): string {
  const plain = typed.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '')
  return plain.replaceAll('O', '0').replace(/[IL]/g, '1')
}

/** At 120 random bits a plain HMAC is enough; ten password hashes a try would stop the server. */
function hashOf(key: Buffer, { clinicId, id }: Owner, code: string): Buffer {
  return createHmac('sha256', key).update(`${clinicId} ${id} ${code}`).digest()
}
