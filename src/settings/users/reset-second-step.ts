import { sql } from 'kysely'
import { hasAccessToday } from '../../clinics/access-dates.ts'
import type { Database, Transaction } from '../../database/database.ts'
import type { Id, IdentifiedBy, User } from '../../database/schema.ts'
import { oncePerSubmission } from '../../database/submissions.ts'
import { queueEmail } from '../../emails/outbox.ts'
import { type ActingUser, type Actor, recordEvent } from '../../events/events.ts'
import { Refusal } from '../../refusal.ts'
import { lockForManaging } from '../../roles/acting-user.ts'
import { rolesWith } from '../../roles/roles.ts'
import { endAccess } from '../../sessions/end-access.ts'
import { removeSecondSteps } from '../../sessions/second-steps.ts'
import { openSetUpLink } from '../../sign-in/second-step-links.ts'

/** With a new address, a new password is an email away: whoever changed it must not reset the phone, too. */
const AFTER_EMAIL_CHANGE_HOURS = 24
/** For this long an old address may still be read, and is told. */
const OLD_EMAIL_TOLD_DAYS = 30
const TOLD_AT_MOST = 10

/** For a lost phone: what they have besides their password is taken away, and an emailed link sets up another. */
export function resetSecondStep(
  db: Database,
  actor: ActingUser,
  id: Id,
  identifiedBy: IdentifiedBy,
  submissionId: string,
): Promise<Id> {
  return oncePerSubmission(db, actor.clinicId, submissionId, async (trx) => {
    const { actor: acting, target } = await lockForManaging(trx, actor, id, 'users.edit')
    if (id === actor.userId) throw new Refusal('form', 'resetOwnSecondStep')
    const name = target.firstName
    if (!target.joinedAt || target.deactivatedAt) throw new Refusal('form', 'notActive', { name })
    if (!target.secondStepSince) throw new Refusal('form', 'noSecondStep', { name })
    await refuseAfterEmailChange(trx, acting, target)
    const after = { identifiedBy }
    await recordEvent(trx, actor, { action: 'second-step.reset', subjectId: id, submissionId, after })
    await reset(trx, actor, target)
    return id
  })
}

/** On the server, by whoever runs it: for the only owner, whom no one else can reset. False if there's nothing to reset. */
export function resetByOperator(db: Database, user: Pick<User, 'clinicId' | 'id'>): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { clinicId, id } = user
    const rows = trx.selectFrom('users').selectAll().where('clinicId', '=', clinicId).where('id', '=', id)
    const target = await rows.forUpdate().executeTakeFirstOrThrow()
    if (!target.secondStepSince) return false
    const operator = { clinicId, userId: null, ip: null, userAgent: null }
    await recordEvent(trx, operator, { action: 'second-step.reset', subjectId: id })
    await reset(trx, operator, target)
    return true
  })
}

async function reset(trx: Transaction, actor: Actor, target: User): Promise<void> {
  const { clinicId, id: userId } = target
  await removeSecondSteps(trx, target)
  await trx
    .updateTable('users')
    .set({ mustSetUpSecondStep: true })
    .where('clinicId', '=', clinicId)
    .where('id', '=', userId)
    .execute()
  await endAccess(trx, target, { because: 'second step changed', by: actor })
  await openSetUpLink(trx, target, 'reset')
  for (const recipient of await emailsOf(trx, target))
    await queueEmail(trx, {
      ...{ clinicId, userId, recipient, kind: 'second step changed', secondStepChange: 'reset' },
    })
  for (const { id, email: recipient } of await otherAdministrators(trx, actor, target))
    await queueEmail(trx, { clinicId, userId: id, recipient, aboutUserId: userId, kind: 'second step reset' })
}

/** An owner who didn't make the change may: otherwise one administrator alone could take an account over. */
async function refuseAfterEmailChange(trx: Transaction, acting: User, target: User): Promise<void> {
  const changers = await emailChangersOf(trx, target)
  if (changers.length === 0 || (acting.isOwner && !changers.includes(acting.id))) return
  throw new Refusal('form', 'resetSoonAfterEmail', { name: target.firstName })
}

/** Whoever asked for a new address that may still be confirmed, or was of late; or gave one on reactivating or inviting them. */
async function emailChangersOf(trx: Transaction, { clinicId, id }: User): Promise<(Id | null)[]> {
  const soonAfter = sql<Date>`now() - make_interval(hours => ${AFTER_EMAIL_CHANGE_HOURS})`
  const asked = trx
    .selectFrom('emailChanges')
    .select('requestedBy')
    .where('clinicId', '=', clinicId)
    .where('userId', '=', id)
    .where(
      sql<boolean>`(confirmed_at > ${soonAfter}
        or (confirmed_at is null and withdrawn_at is null and expires_at > now()))`,
    )
  const given = trx
    .selectFrom('events')
    .select('actorId')
    .where('clinicId', '=', clinicId)
    .where('subjectId', '=', id)
    .where('action', 'in', ['user.reactivated', 'user.email-corrected'])
    .where(sql<boolean>`after ->> 'email' is distinct from before ->> 'email'`)
    .where('createdAt', '>', soonAfter)
  return [
    ...(await asked.execute()).map(({ requestedBy }) => requestedBy),
    ...(await given.execute()).map(({ actorId }) => actorId),
  ]
}

/** The present one, and those that were theirs until lately. */
async function emailsOf(trx: Transaction, { clinicId, id, email }: User): Promise<Set<string>> {
  const old = await trx
    .selectFrom('emailChanges')
    .select('oldEmail')
    .where('clinicId', '=', clinicId)
    .where('userId', '=', id)
    .where('confirmedAt', '>', sql<Date>`now() - make_interval(days => ${OLD_EMAIL_TOLD_DAYS})`)
    .execute()
  return new Set([email, ...old.map(({ oldEmail }) => oldEmail)])
}

function otherAdministrators(trx: Transaction, actor: Actor, target: User) {
  return trx
    .selectFrom('users')
    .select(['id', 'email'])
    .where('clinicId', '=', target.clinicId)
    .where('id', '!=', target.id)
    .where('role', 'in', rolesWith('users.edit'))
    .where('joinedAt', 'is not', null)
    .where('deactivatedAt', 'is', null)
    .where(hasAccessToday())
    .$if(actor.userId !== null, (others) => others.where('id', '!=', actor.userId as Id))
    .orderBy('id')
    .limit(TOLD_AT_MOST)
    .execute()
}
