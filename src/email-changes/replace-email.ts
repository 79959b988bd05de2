import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import type { Id, IdentifiedBy, User } from '../database/schema.ts'
import { oncePerSubmission } from '../database/submissions.ts'
import { queueEmail } from '../emails/outbox.ts'
import { type ActingUser, recordEvent } from '../events/events.ts'
import { Refusal } from '../refusal.ts'
import { lockForManaging } from '../roles/acting-user.ts'
import { closeEmailChanges } from '../users/close-email-changes.ts'
import { refuseTakenEmail } from '../users/email-taken.ts'
import { phoneNumbersOf } from '../users/users.ts'
import { refuseBlocked, refuseTooSoon } from './email-changes.ts'

const REPLACEMENT_VALID_HOURS = 24
/** Time for the old mailbox to object, if no one confirmed who it is. */
export const UNIDENTIFIED_WAIT_HOURS = 24

/**
 * For somebody who lost the mailbox and cannot sign in: a link at the new mailbox will give the account a new address
 * and a new password. The old mailbox is told at once and can stop it, and so does whoever still knows the password.
 */
export function replaceEmail(
  db: Database,
  actor: ActingUser,
  id: Id,
  wanted: { email: string; identifiedBy: IdentifiedBy },
  submissionId: string,
): Promise<Id> {
  return oncePerSubmission(db, actor.clinicId, submissionId, async (trx) => {
    const { target } = await lockForManaging(trx, actor, id, 'users.edit')
    await refuseUnlessPossible(trx, actor, target, wanted)
    await closeEmailChanges(trx, target)
    await openReplacement(trx, actor, target, wanted)
    const after = { email: wanted.email, identifiedBy: wanted.identifiedBy }
    await recordEvent(trx, actor, {
      ...{ action: 'email-replacement.requested', subjectId: id, submissionId },
      ...{ before: { email: target.email, identifiedBy: null }, after },
    })
    return id
  })
}

export async function openReplacement(
  trx: Transaction,
  actor: ActingUser,
  { id: userId, clinicId, email: oldEmail }: Pick<User, 'id' | 'clinicId' | 'email'>,
  { email: newEmail, identifiedBy }: { email: string; identifiedBy: IdentifiedBy },
): Promise<void> {
  const waitHours = identifiedBy === 'not yet' ? UNIDENTIFIED_WAIT_HOURS : 0
  const { id: emailChangeId } = await trx
    .insertInto('emailChanges')
    .values({
      ...{ clinicId, userId, oldEmail, newEmail, identifiedBy },
      ...{ requestedBy: actor.userId, nonce: randomBytes(32) },
      usableFrom: sql<Date>`now() + make_interval(hours => ${waitHours})`,
      expiresAt: sql<Date>`now() + make_interval(hours => ${waitHours + REPLACEMENT_VALID_HOURS})`,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const ids = { clinicId, userId, emailChangeId }
  await queueEmail(trx, { ...ids, kind: 'email replacement', recipient: newEmail })
  await queueEmail(trx, { ...ids, kind: 'email replacement notice', recipient: oldEmail })
}

/** Why someone’s address can't be replaced, and what to do instead. */
export function replacementRefusal(actorId: Id, target: User): Refusal | null {
  const { firstName: name } = target
  if (target.id === actorId) return new Refusal('form', 'replaceOwnEmail')
  if (target.deactivatedAt) return new Refusal('form', 'replaceOfDeactivated', { name })
  return target.joinedAt ? null : new Refusal('form', 'replaceOfInvited', { name })
}

async function refuseUnlessPossible(
  trx: Transaction,
  actor: ActingUser,
  target: User,
  { email, identifiedBy }: { email: string; identifiedBy: IdentifiedBy },
): Promise<void> {
  const refusal = replacementRefusal(actor.userId, target)
  if (refusal) throw refusal
  if (target.email.toLowerCase() === email.toLowerCase()) throw new Refusal('personEmail', 'emailUnchanged')
  if (identifiedBy === 'phone' && (await phoneNumbersOf(trx, target)).length === 0) {
    throw new Refusal('identifiedBy', 'noPhoneNumber', { name: target.firstName })
  }
  await refuseTakenEmail(trx, actor.clinicId, email)
  await refuseBlocked(trx, email)
  await refuseTooSoon(trx, target)
}
