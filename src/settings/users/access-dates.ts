import type { Id, User } from '../../database/schema.ts'
import type { ActingUser } from '../../events/events.ts'
import { Refusal } from '../../refusal.ts'
import { type Managed, ProtectedUser, refuseLast } from '../../roles/acting-user.ts'
import type { Details } from '../../users/details.ts'
import { DATE_FIELDS, type DateField } from '../../words/user-fields.ts'

export function changesDates(before: Details, after: Details): boolean {
  return changedDate(before, after) !== undefined
}

/** @throws {Refusal} at the date that was changed: one's own, or an owner's */
export function refuseDatesOf(target: User, actorId: Id, before: Details, after: Details): void {
  const field = changedDate(before, after) ?? 'form'
  if (target.id === actorId) throw new Refusal(field, 'ownAccessDates')
  if (target.isOwner) throw new ProtectedUser(target, 'ownerHasNoDates', field)
}

/** Under the lock that keeps the last administrator, who can't be one whose access may end. */
export function refuseDates(
  managed: Managed,
  actor: ActingUser,
  { before, after, verifiedIn }: { before: Details; after: Details; verifiedIn: string | null },
): void {
  const field = changedDate(before, after)
  if (!field) return
  refuseDatesOf(managed.target, actor.userId, before, after)
  if (after.accessFrom || after.accessUntil) refuseLast(managed, field)
  if (!verifiedIn) throw new Refusal('form', 'datesNeedPassword')
}

function changedDate(before: Details, after: Details): DateField | undefined {
  return DATE_FIELDS.findLast((name) => before[name] !== after[name])
}
