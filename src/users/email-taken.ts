import type { Database, Transaction } from '../database/database.ts'
import type { Id, User } from '../database/schema.ts'
import { Refusal } from '../refusal.ts'
import { fullName } from './names.ts'
import { findUserByEmail } from './users.ts'

/** The address has an account in this clinic already; says whose. */
export class EmailTaken extends Refusal {
  constructor(holder: Pick<User, 'id' | 'firstName' | 'lastName' | 'deactivatedAt'>) {
    const name = fullName(holder)
    const message = holder.deactivatedAt
      ? `${name} has this email address and is deactivated. You can reactivate them, or free the address for somebody else.`
      : `${name} has this email address already.`
    super({
      field: 'personEmail',
      message,
      link: { text: `Open ${name}`, href: `/settings/users/${holder.id}` },
    })
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
