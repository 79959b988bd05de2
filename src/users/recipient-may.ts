import type { Database } from '../database/database.ts'
import type { Email, Id } from '../database/schema.ts'
import type { Member, RoleHolder } from '../roles/roles.ts'
import { findUser } from './users.ts'

/** Whether someone who is sent an email about a person may still do what it asks: roles change, and access ends. */
export async function recipientMay(
  db: Database,
  { clinicId, userId }: Pick<Email, 'clinicId' | 'userId'>,
  aboutUserId: Id,
  may: (recipient: Member, person: RoleHolder) => boolean,
): Promise<boolean> {
  const recipient = await findUser(db, clinicId, userId)
  const person = await findUser(db, clinicId, aboutUserId)
  return recipient?.status === 'active' && person !== null && may(recipient, person)
}
