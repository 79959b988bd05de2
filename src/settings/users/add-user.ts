import { refuseTooManyUsers } from '../../clinics/limits.ts'
import { type Database, type Transaction, violatedUnique } from '../../database/database.ts'
import type { Id } from '../../database/schema.ts'
import { oncePerSubmission } from '../../database/submissions.ts'
import { type ActingUser, recordEvent } from '../../events/events.ts'
import { invite, refuseInviting } from '../../invitations/invitations.ts'
import { Refusal } from '../../refusal.ts'
import { lockActor } from '../../roles/acting-user.ts'
import { assignableRoles } from '../../roles/roles.ts'
import { type Details, insertPhones, recordable } from '../../users/details.ts'
import { refuseTakenEmail } from '../../users/email-taken.ts'
import { sortName } from '../../users/names.ts'
import { skipPastReminders } from './access-reminders.ts'
import { freeEmailFor } from './free-email.ts'

export interface NewUser extends Details {
  email: string
}

export class RoleNotAssignable extends Refusal {
  constructor() {
    super('role', 'roleNotAssignable')
  }
}

/**
 * Creates someone and queues their invitation, all or nothing. The same submission pressed again, in another tab or
 * process, ends on the person whom the first press created.
 * @param emailOf somebody who left and whose address the new person gets
 */
export async function addUser(
  db: Database,
  actor: ActingUser,
  person: NewUser,
  submissionId: string,
  emailOf: Id | null = null,
): Promise<Id> {
  try {
    return await oncePerSubmission(db, actor.clinicId, submissionId, async (trx) => {
      if (emailOf) await freeEmailFor(trx, actor, { email: person.email, holderId: emailOf })
      return insertUser(trx, actor, person, submissionId)
    })
  } catch (error) {
    if (violatedUnique(error)) await refuseTakenEmail(db, actor.clinicId, person.email)
    throw error
  }
}

/**
 * Somebody new, their invitation and its email, in the transaction of whoever adds them.
 * @throws {NoLongerAllowed} before anything is written
 */
export async function insertUser(
  trx: Transaction,
  actor: ActingUser,
  newUser: NewUser,
  submissionId: string | null = null,
): Promise<Id> {
  const { clinicId } = actor
  const { phoneNumbers, ...person } = newUser
  const acting = await lockActor(trx, actor, 'users.add')
  if (!assignableRoles(acting).includes(person.role)) throw new RoleNotAssignable()
  refuseInviting(acting, { id: '', clinicId, isOwner: false, ...person })
  const user = await trx
    .insertInto('users')
    .values({ clinicId, ...person, sortName: sortName(person.firstName, person.lastName) })
    .returning(['id', 'clinicId', 'email'])
    .executeTakeFirstOrThrow()
  await refuseTooManyUsers(trx, clinicId)
  await insertPhones(trx, user, phoneNumbers)
  if (person.accessUntil) await skipPastReminders(trx, user)
  await recordEvent(trx, actor, {
    action: 'user.added',
    subjectId: user.id,
    after: recordable(newUser, Object.keys(newUser) as (keyof NewUser)[]),
    submissionId,
  })
  await invite(trx, actor, user)
  return user.id
}
