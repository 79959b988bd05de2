import { sql } from 'kysely'
import { dayIn, hasAccessToday, todayAt } from '../../clinics/access-dates.ts'
import { acrossClinics } from '../../database/clinic-guard.ts'
import type { Database, Transaction } from '../../database/database.ts'
import type { Day, Id, User } from '../../database/schema.ts'
import { queueEmail } from '../../emails/outbox.ts'
import { canManage, rolesWith } from '../../roles/roles.ts'

/** How long before somebody's last day those who manage them are reminded of it. */
const EARLY_DAYS = 7
const LATE_DAYS = 1

interface Reminder {
  clinicId: Id
  userId: Id
  accessUntil: Day
  daysBefore: number
}

/** The next reminder that is due, with its emails, all or nothing. False if none is. */
export function remindNext(db: Database): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const due = await nextDue(trx)
    if (due) await remind(trx, due)
    return due !== undefined
  })
}

/** Nothing where another process was first: the key of reminders makes them wait for each other. */
export async function remind(trx: Transaction, due: Reminder): Promise<void> {
  const reminder = await trx
    .insertInto('accessReminders')
    .values(due)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!reminder) return
  const { clinicId } = due
  for (const { id: userId, email: recipient } of await toldOf(trx, due))
    await queueEmail(trx, {
      ...{ clinicId, userId, recipient },
      ...{ accessReminderId: reminder.id, kind: 'access ending' },
    })
}

/** Whoever sets a day that is near knows of it. In the transaction that sets it. */
export async function skipPastReminders(
  trx: Transaction,
  { clinicId, id }: Pick<User, 'clinicId' | 'id'>,
): Promise<void> {
  await sql`
    insert into access_reminders (clinic_id, user_id, access_until, days_before)
    select clinic_id, id, access_until, days_before
    from users, unnest(${[EARLY_DAYS, LATE_DAYS]}::int[]) as days_before
    where clinic_id = ${clinicId} and id = ${id} and access_until - days_before <= ${todayAt(clinicId)}
    on conflict do nothing`.execute(trx)
}

/** Null for whoever set up the clinic. */
export async function addedBy(
  db: Database | Transaction,
  { clinicId, userId }: Pick<Reminder, 'clinicId' | 'userId'>,
): Promise<Id | null> {
  const event = await db
    .selectFrom('events')
    .select('actorId')
    .where('clinicId', '=', clinicId)
    .where('subjectId', '=', userId)
    .where('action', '=', 'user.added')
    .executeTakeFirst()
  return event?.actorId ?? null
}

/** One that was missed, because nothing ran that day, is made up for until the last day. */
async function nextDue(trx: Transaction): Promise<Reminder | undefined> {
  const today = dayIn(sql.ref('clinics.timeZone'))
  const daysBefore = sql<number>`case
    when access_until - ${today} <= ${sql.lit(LATE_DAYS)} then ${sql.lit(LATE_DAYS)} else ${sql.lit(EARLY_DAYS)} end`
  return acrossClinics(trx, 'the reminders are one loop for all')
    .selectFrom('users')
    .innerJoin('clinics', 'clinics.id', 'users.clinicId')
    .select(['users.clinicId', 'users.id as userId', daysBefore.as('daysBefore')])
    .select(sql<Day>`access_until`.as('accessUntil'))
    .where('deactivatedAt', 'is', null)
    .where('suspendedAt', 'is', null)
    .where('accessUntil', 'is not', null)
    .where(sql<boolean>`access_until - ${today} between 0 and ${sql.lit(EARLY_DAYS)}`)
    .where(
      sql<boolean>`not exists (
        select from access_reminders as reminder
        where reminder.clinic_id = users.clinic_id and reminder.user_id = users.id
          and reminder.access_until = users.access_until and reminder.days_before = ${daysBefore})`,
    )
    .limit(1)
    .executeTakeFirst()
}

/** Whoever added them, if they may still change it; otherwise the owners, or where there are none, the administrators. */
async function toldOf(trx: Transaction, { clinicId, userId }: Reminder): Promise<User[]> {
  const people = trx.selectFrom('users').selectAll().where('clinicId', '=', clinicId)
  const target = await people.where('id', '=', userId).executeTakeFirstOrThrow()
  const active = await people
    .where('role', 'in', rolesWith('users.edit'))
    .where('joinedAt', 'is not', null)
    .where('deactivatedAt', 'is', null)
    .where(hasAccessToday())
    .orderBy('id')
    .execute()
  const able = active.filter((user) => user.id !== userId && canManage(user, target))
  const adder = await addedBy(trx, { clinicId, userId })
  const owners = able.filter(({ isOwner }) => isOwner)
  const own = able.filter(({ id }) => id === adder)
  return [own, owners, able].find((some) => some.length > 0) ?? []
}
