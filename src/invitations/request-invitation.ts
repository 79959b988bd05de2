import { sql } from 'kysely'
import { hasAccessToday } from '../clinics/access-dates.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Id, Invitation, User } from '../database/schema.ts'
import { queueEmail } from '../emails/outbox.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { mayInvite, rolesWith } from '../roles/roles.ts'
import { canBeInvited } from './invitations.ts'
import type { LinkState } from './join.ts'

const REQUEST_PAUSE_MINUTES = 60

type Recipient = Pick<User, 'id' | 'clinicId'>
type From = Pick<Actor, 'ip' | 'userAgent'>

/** Someone with a genuine link that no longer works requests a new one. They must not learn what happens next. */
export async function requestByLink(db: Database, link: LinkState, from: From): Promise<void> {
  if (link.state === 'unknown' || link.state === 'open' || link.state === 'used') return
  await db.transaction().execute((trx) => requestInvitation(trx, link.user, link.invitation, from))
}

/** Notifies the inviter, at most once an hour; if they can no longer invite, everyone who can. */
export async function requestInvitation(
  trx: Transaction,
  { clinicId, id }: Recipient,
  opened: Pick<Invitation, 'id' | 'invitedBy'>,
  from: From,
): Promise<void> {
  // For the hourly limit: of two at once, the second finds the first one's request.
  const user = await trx
    .selectFrom('users')
    .selectAll()
    .where('clinicId', '=', clinicId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  if (!canBeInvited(user) || (await wasAskedWithinTheHour(trx, user))) return
  const invitationRequestId = await insertRequest(trx, user, opened.id)
  const actor = { clinicId, userId: null, ...from }
  await recordEvent(trx, actor, { action: 'invitation.requested', subjectId: id })
  for (const { id: userId, email: recipient } of await toldAbout(trx, user, opened.invitedBy))
    await queueEmail(trx, { clinicId, userId, recipient, kind: 'invitation request', invitationRequestId })
}

/** The latest unanswered request. */
export async function openRequest(
  db: Database,
  { id, clinicId }: Recipient,
): Promise<{ createdAt: Date } | null> {
  const request = db
    .selectFrom('invitationRequests as request')
    .select('createdAt')
    .where('clinicId', '=', clinicId)
    .where('userId', '=', id)
    .where(isUnanswered)
    .orderBy('id', 'desc')
    .limit(1)
  return (await request.executeTakeFirst()) ?? null
}

/** Compares ids: timestamps of concurrent transactions can be out of order. */
export const isUnanswered = sql<boolean>`request.latest_invitation_id = (
  select max(id) from invitations
  where invitations.clinic_id = request.clinic_id and invitations.user_id = request.user_id)`

async function wasAskedWithinTheHour(trx: Transaction, { id, clinicId }: Recipient): Promise<boolean> {
  const request = trx
    .selectFrom('invitationRequests')
    .select('id')
    .where('clinicId', '=', clinicId)
    .where('userId', '=', id)
    .where('createdAt', '>', sql<Date>`now() - make_interval(mins => ${REQUEST_PAUSE_MINUTES})`)
    .limit(1)
  return (await request.executeTakeFirst()) !== undefined
}

async function insertRequest(
  trx: Transaction,
  { id, clinicId }: Recipient,
  openedInvitationId: Id,
): Promise<Id> {
  const request = await trx
    .insertInto('invitationRequests')
    .values({
      clinicId,
      userId: id,
      openedInvitationId,
      latestInvitationId: sql<Id>`(
        select max(id) from invitations where clinic_id = ${clinicId} and user_id = ${id})`,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return request.id
}

/** The inviter if they can send a new one, otherwise everyone who can. */
async function toldAbout(trx: Transaction, user: User, inviterId: Id): Promise<User[]> {
  const active = await trx
    .selectFrom('users')
    .selectAll()
    .where('clinicId', '=', user.clinicId)
    .where('role', 'in', rolesWith('users.invite'))
    .where('joinedAt', 'is not', null)
    .where('deactivatedAt', 'is', null)
    .where(hasAccessToday())
    .orderBy('id')
    .execute()
  const inviters = active.filter((inviter) => mayInvite(inviter, user))
  const own = inviters.filter(({ id }) => id === inviterId)
  return own.length > 0 ? own : inviters
}
