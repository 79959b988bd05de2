import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { User } from '../database/schema.ts'

/** A fingerprint is enough to see a change, and gives nothing away. */
export const fingerprint = sql<Buffer>`sha256(convert_to(users.password_hash, 'UTF8'))`

/** The same password under another hash closes no link. */
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
