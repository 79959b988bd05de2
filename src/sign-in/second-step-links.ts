import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { hasAccessToday } from '../clinics/access-dates.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Id, User } from '../database/schema.ts'
import { type Links, linkIdOf, openedIdOf, tokenMatches } from '../emails/links.ts'
import { queueEmail } from '../emails/outbox.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { fingerprint } from '../sessions/password-fingerprint.ts'

export const SET_UP_LINK_HOURS = 24
/** A sign-in that is repeated sends no second email. */
const PAUSE_MINUTES = 5

/** For someone who has shown their password, and has to set up a second step. False if one that works was sent a moment ago. */
export async function sendSetUpLink(
  db: Database,
  user: User,
  from: Pick<Actor, 'ip' | 'userAgent'>,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { clinicId, id } = user
    const rows = trx.selectFrom('users').select('id').where('clinicId', '=', clinicId).where('id', '=', id)
    await rows.forNoKeyUpdate().executeTakeFirst()
    const recent = linksWithUsers(trx, clinicId)
      .select('secondStepLinks.id')
      .where('userId', '=', id)
      .where('usedAt', 'is', null)
      .where(isCurrent)
      .where('secondStepLinks.createdAt', '>', sql<Date>`now() - make_interval(mins => ${PAUSE_MINUTES})`)
    if (await recent.limit(1).executeTakeFirst()) return false
    await openSetUpLink(trx, user, user.mustSetUpSecondStep ? 'reset' : 'required')
    await recordEvent(
      trx,
      { clinicId, userId: id, ...from },
      { action: 'second-step.link-sent', subjectId: id },
    )
    return true
  })
}

/** A new link, and the email with it. */
export async function openSetUpLink(
  trx: Transaction,
  user: Pick<User, 'clinicId' | 'id' | 'email'>,
  reason: 'required' | 'reset' | 'asked',
): Promise<void> {
  const { clinicId, id: userId, email } = user
  const link = await trx
    .insertInto('secondStepLinks')
    .columns(['clinicId', 'userId', 'email', 'passwordFingerprint', 'reason', 'nonce', 'expiresAt'])
    .expression((eb) =>
      eb
        .selectFrom('users')
        .select(['clinicId', 'id', 'email', fingerprint.as('fingerprint')])
        .select([eb.val(reason).as('reason'), eb.val(randomBytes(32)).as('nonce')])
        .select(sql<Date>`now() + make_interval(hours => ${SET_UP_LINK_HOURS})`.as('expiresAt'))
        .where('clinicId', '=', clinicId)
        .where('id', '=', userId),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  await queueEmail(trx, {
    ...{ clinicId, userId, recipient: email, kind: 'second step link', secondStepLinkId: link.id },
  })
}

export type SetUpLink = NonNullable<Awaited<ReturnType<typeof findSetUpLink>>>

/** What a link refers to now. */
export type SetUpLinkState =
  | { state: 'open'; link: SetUpLink }
  | { state: 'used' | 'expired' | 'closed' }
  | { state: 'unknown' }

export async function readSetUpLink(
  db: Database,
  { clinicId, keys }: Links,
  token: string,
): Promise<SetUpLinkState> {
  const id = linkIdOf(token) ?? openedIdOf(token)
  const link = id && (await findSetUpLink(db, { clinicId, id }))
  if (!link || !tokenMatches(keys, 'second step', link, token)) return { state: 'unknown' }
  if (link.usedAt) return { state: 'used' }
  if (link.isExpired) return { state: 'expired' }
  return link.isCurrent ? { state: 'open', link } : { state: 'closed' }
}

/** False if it has been used, has expired, or what it was sent for has changed. The caller holds the person's row. */
export async function useSetUpLink(trx: Transaction, user: User, id: Id): Promise<boolean> {
  if (!(await findSetUpLink(trx, { clinicId: user.clinicId, id }))?.isCurrent) return false
  const used = await trx
    .updateTable('secondStepLinks')
    .set({ usedAt: sql`now()` })
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .where('id', '=', id)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', sql<Date>`now()`)
    .executeTakeFirst()
  return used.numUpdatedRows > 0n
}

/** Only for someone with access and without a second step, at the address and with the password that it was sent for; and only the newest. */
const isCurrent = sql<boolean>`
  users.deactivated_at is null
  and ${hasAccessToday()}
  and users.second_step_since is null
  and users.email = second_step_links.email
  and ${fingerprint} = second_step_links.password_fingerprint
  and not exists (select from second_step_links as newer
    where newer.clinic_id = users.clinic_id and newer.user_id = users.id and newer.id > second_step_links.id)`

export function findSetUpLink(db: Database | Transaction, { clinicId, id }: { clinicId: Id; id: Id }) {
  return linksWithUsers(db, clinicId)
    .innerJoin('clinics', 'clinics.id', 'secondStepLinks.clinicId')
    .selectAll('secondStepLinks')
    .select(['users.firstName', 'users.timeZone', 'clinics.name as clinicName'])
    .select(sql<boolean>`expires_at <= now()`.as('isExpired'))
    .select(isCurrent.as('isCurrent'))
    .where('secondStepLinks.id', '=', id)
    .executeTakeFirst()
}

function linksWithUsers(db: Database | Transaction, clinicId: Id) {
  return db
    .selectFrom('secondStepLinks')
    .innerJoin('users', (join) =>
      join
        .onRef('users.clinicId', '=', 'secondStepLinks.clinicId')
        .onRef('users.id', '=', 'secondStepLinks.userId'),
    )
    .where('secondStepLinks.clinicId', '=', clinicId)
}
