import type { Database, Transaction } from '../database/database.ts'
import type { Id, User } from '../database/schema.ts'
import { Refusal } from '../refusal.ts'
import { fullName } from './names.ts'
import { findUserByEmail } from './users.ts'

/** The address already has an account in this clinic; says whose. */
export class EmailTaken extends Refusal {
  constructor(holder: Pick<User, 'id' | 'firstName' | 'lastName' | 'deactivatedAt'>) {
    const values = { name: fullName(holder), userId: holder.id }
    super('personEmail', holder.deactivatedAt ? 'emailOfDeactivated' : 'emailTaken', values)
  }
}

/** @throws {EmailTaken} */
export async function refuseTakenEmail(
  db: Database | Transaction,
  clinicId: Id,
  email: string,
): Promise<void> {
  const holder = await findUserByEmail(db, clinicId, email)
  if (holder) throw new EmailTaken(holder)
}
