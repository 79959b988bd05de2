import { type RawBuilder, sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import type { User } from '../database/schema.ts'
import { keepResetsOpen } from './password-fingerprint.ts'
import type { Passwords } from './passwords.ts'

/**
 * The person whose password it is; null where it isn't, or where it was replaced, or they were deactivated, while it was being
 * checked. What was hashed with an old pepper or cost is hashed as it would be today.
 */
export async function verifiedUser(
  db: Database,
  passwords: Passwords,
  user: User | null,
  password: string,
): Promise<User | null> {
  const hash = user && !user.deactivatedAt ? user.passwordHash : null
  const isRight = await passwords.verify(password, hash)
  if (!isRight || !user || !hash) return null
  if (!passwords.needsRehash(hash)) return user

  const rehashed = await passwords.hash(password)
  if (await markRehashed(db, user, hash, rehashed)) return { ...user, passwordHash: rehashed }
  // Another sign-in might have come first, as on a double click.
  const changed = await readUser(db, user)
  return changed?.passwordHash !== hash ? verifiedUser(db, passwords, changed ?? null, password) : null
}

/** False where the password or the second step has been replaced since it was checked, or the person deactivated. */
export function markSignIn(db: Database, user: User): Promise<boolean> {
  const { passwordHash, factorGeneration } = user
  return change(
    db,
    user,
    { passwordHash: passwordHash ?? '', factorGeneration },
    { lastSignInAt: sql`now()` },
  )
}

async function change(
  db: Database | Transaction,
  { id, clinicId }: User,
  seen: Partial<Pick<User, 'passwordHash' | 'factorGeneration'>>,
  changes: { lastSignInAt: RawBuilder<Date> } | { passwordHash: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('users')
    .set(changes)
    .where('clinicId', '=', clinicId)
    .where('id', '=', id)
    .where((eb) => eb.and(seen))
    .where('deactivatedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Conditional on the old hash, so that a password being changed at the same moment isn't overwritten. */
function markRehashed(db: Database, user: User, hash: string, rehashed: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    if (!(await change(trx, user, { passwordHash: hash }, { passwordHash: rehashed }))) return false
    await keepResetsOpen(trx, user, hash)
    return true
  })
}

function readUser(db: Database, { id, clinicId }: User): Promise<User | undefined> {
  const user = db.selectFrom('users').selectAll().where('clinicId', '=', clinicId)
  return user.where('id', '=', id).executeTakeFirst()
}
