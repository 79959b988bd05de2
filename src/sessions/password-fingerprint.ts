import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { User } from '../database/schema.ts'

/** Enough to detect a change, and reveals nothing. */
export const fingerprint = sql<Buffer>`sha256(convert_to(users.password_hash, 'UTF8'))`

/** Rehashing the same password doesn't close links. */
export async function keepResetsOpen(
  trx: Transaction,
  { id, clinicId }: Pick<User, 'id' | 'clinicId'>,
  oldHash: string,
): Promise<void> {
  await sql`
    update password_resets set password_fingerprint = ${fingerprint} from users
    where users.clinic_id = ${clinicId} and users.id = ${id}
      and password_resets.clinic_id = users.clinic_id and password_resets.user_id = users.id
      and password_fingerprint = sha256(convert_to(${oldHash}, 'UTF8'))`.execute(trx)
}
