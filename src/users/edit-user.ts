import type { Database, Transaction } from '../database/database.ts'
import type { Id, User } from '../database/schema.ts'
import { type Actor, once, recordEvent } from '../events/events.ts'
import { endSessionsOf } from '../sessions/sessions.ts'
import { lockForManaging, now, refusal, refuseLast } from './administrators.ts'
import { sortName } from './names.ts'
import type { Role } from './roles.ts'

export interface Details {
  title: string | null
  firstName: string
  lastName: string
  /** E.164 */
  mobileNumber: string | null
  timeZone: string
  role: Role
  isPractitioner: boolean
  profession: string | null
}

export interface Edit {
  details: Details
  /** The state that the editor had before them; see `versionOf`. */
  version: string
  /** The id of the sealed form where the password was proved, else null. */
  provedIn: string | null
}

/** Changes with every edit of the person. */
export function versionOf(user: Pick<User, 'updatedAt'>): string {
  return String(user.updatedAt.getTime())
}

/** @throws {Refusal} when somebody else changed the person meanwhile, or the change would leave no administrator */
export function editUser(db: Database, actor: Actor & { userId: Id }, id: Id, edit: Edit): Promise<Id> {
  return once(db, edit.provedIn, async (trx) => {
    const managed = await lockForManaging(trx, actor, id)
    const { target } = managed
    const before = { ...detailsOf(target), mobileNumber: await mobileNumberOf(trx, target) }
    const changed = changedKeys(before, edit.details)
    if (changed.length === 0) return id
    if (edit.version !== versionOf(target)) throw refusal('Somebody else changed this person meanwhile.')
    if (changed.includes('role')) {
      if (!edit.provedIn) throw refusal('A new security role needs your password.')
      if (target.isOwner) throw refusal(`${target.firstName} is an owner, and owners are administrators.`)
      refuseLast(managed)
      if (id !== actor.userId) await endSessionsOf(trx, target)
    }
    await saveDetails(trx, target, edit.details)
    const pick = (details: Details) => Object.fromEntries(changed.map((key) => [key, details[key]]))
    const event = { action: 'user.changed', subjectId: id, before: pick(before), after: pick(edit.details) }
    await recordEvent(trx, actor, { ...event, submissionId: edit.provedIn })
    return id
  })
}

export async function mobileNumberOf(db: Database | Transaction, user: User): Promise<string | null> {
  const phone = await db
    .selectFrom('phoneNumbers')
    .select('number')
    .where('accountId', '=', user.accountId)
    .where('userId', '=', user.id)
    .where('type', '=', 'mobile')
    .orderBy('id')
    .executeTakeFirst()
  return phone?.number ?? null
}

export function detailsOf(user: User): Omit<Details, 'mobileNumber'> {
  const { title, firstName, lastName, timeZone, role, isPractitioner, profession } = user
  return { title, firstName, lastName, timeZone, role, isPractitioner, profession }
}

export function changedKeys(before: Details, after: Details): (keyof Details)[] {
  return (Object.keys(after) as (keyof Details)[]).filter((key) => before[key] !== after[key])
}

async function saveDetails(
  trx: Transaction,
  user: User,
  { mobileNumber, ...details }: Details,
): Promise<void> {
  await trx
    .updateTable('users')
    .set({ ...details, sortName: sortName(details.firstName, details.lastName), updatedAt: now })
    .where('id', '=', user.id)
    .execute()
  const owned = { accountId: user.accountId, userId: user.id, type: 'mobile' as const }
  await trx
    .deleteFrom('phoneNumbers')
    .where((eb) => eb.and(owned))
    .execute()
  if (mobileNumber)
    await trx
      .insertInto('phoneNumbers')
      .values({ ...owned, number: mobileNumber })
      .execute()
}
