import { sql } from 'kysely'
import { hasAccessToday } from '../../clinics/access-dates.ts'
import type { Database, Transaction } from '../../database/database.ts'
import type { Id, Role, TwoStepRule } from '../../database/schema.ts'
import { type ActingUser, recordEvent } from '../../events/events.ts'
import { Refusal } from '../../refusal.ts'
import { lockActor } from '../../roles/acting-user.ts'
import { rolesWith } from '../../roles/roles.ts'
import { rememberForAtMost } from '../../sessions/known-browsers.ts'
import { openSetUpLink } from '../../sign-in/second-step-links.ts'

export interface RuleSettings {
  twoStep: TwoStepRule
  /** An ISO date; null for the rule `nobody`. */
  twoStepFrom: string | null
  rememberDays: number
}

interface Lacking {
  id: Id
  firstName: string
  lastName: string
  email: string
  role: Role
}

/** The rule as it is saved, and today by the clinic's clock. */
export async function readRule(
  db: Database | Transaction,
  clinicId: Id,
): Promise<RuleSettings & { today: string }> {
  return db
    .selectFrom('clinics')
    .select(['twoStep', 'rememberDays'])
    .select(sql<string | null>`two_step_from::text`.as('twoStepFrom'))
    .select(sql<string>`(now() at time zone time_zone)::date::text`.as('today'))
    .where('id', '=', clinicId)
    .executeTakeFirstOrThrow()
}

/** Whoever turns it on has a second step, and so is not the first whom it locks out. */
export async function saveRule(db: Database, actor: ActingUser, rule: RuleSettings): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const acting = await lockActor(trx, actor, 'clinic.security')
    await trx.selectFrom('clinics').select('id').where('id', '=', actor.clinicId).forNoKeyUpdate().execute()
    const { today, ...before } = await readRule(trx, actor.clinicId)
    if (JSON.stringify(valuesOf(before)) === JSON.stringify(valuesOf(rule))) return
    if (rule.twoStep !== 'nobody' && !acting.secondStepSince) throw new Refusal('twoStep', 'setUpYourOwn')
    const isNewDate = rule.twoStepFrom !== before.twoStepFrom
    if (rule.twoStepFrom && isNewDate && rule.twoStepFrom < today)
      throw new Refusal('twoStepFrom', 'ruleInThePast')
    await trx.updateTable('clinics').set(rule).where('id', '=', actor.clinicId).execute()
    if (rule.rememberDays < before.rememberDays)
      await rememberForAtMost(trx, actor.clinicId, rule.rememberDays)
    await recordEvent(trx, actor, {
      action: 'clinic.changed',
      ...{ before: valuesOf(before), after: valuesOf(rule) },
    })
  })
}

/** Whom the rule is for, or will be, and who has no second step yet. */
export function whoLacks(db: Database | Transaction, clinicId: Id, rule: TwoStepRule): Promise<Lacking[]> {
  return db
    .selectFrom('users')
    .select(['id', 'firstName', 'lastName', 'email', 'role'])
    .where('clinicId', '=', clinicId)
    .where('joinedAt', 'is not', null)
    .where('deactivatedAt', 'is', null)
    .where(hasAccessToday())
    .where('secondStepSince', 'is', null)
    .$if(rule === 'administrators', (users) => users.where('role', 'in', rolesWith('users.edit')))
    .orderBy('sortName')
    .execute()
}

/** Emails each of them a link to set one up; at most once a day. @returns how many were told */
export async function remind(db: Database, actor: ActingUser): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await lockActor(trx, actor, 'clinic.security')
    await trx.selectFrom('clinics').select('id').where('id', '=', actor.clinicId).forNoKeyUpdate().execute()
    const { twoStep } = await readRule(trx, actor.clinicId)
    if (twoStep === 'nobody') return 0
    const lacking = await whoLacks(trx, actor.clinicId, twoStep)
    const told = await toldToday(trx, actor.clinicId)
    const others = lacking.filter(({ id }) => !told.has(id))
    for (const { id, email } of others)
      await openSetUpLink(trx, { clinicId: actor.clinicId, id, email }, 'asked')
    if (others.length > 0)
      await recordEvent(trx, actor, { action: 'second-step.reminded', after: { people: others.length } })
    return others.length
  })
}

async function toldToday(trx: Transaction, clinicId: Id): Promise<Set<Id>> {
  const links = trx
    .selectFrom('secondStepLinks')
    .select('userId')
    .where('clinicId', '=', clinicId)
    .where('createdAt', '>', sql<Date>`now() - interval '1 day'`)
  return new Set((await links.execute()).map(({ userId }) => userId))
}

function valuesOf({ twoStep, twoStepFrom, rememberDays }: RuleSettings) {
  return { twoStep, twoStepFrom, rememberDays }
}
