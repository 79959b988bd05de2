import { sql } from 'kysely'
import { accessClosed } from '../clinics/access-dates.ts'
import type { Database } from '../database/database.ts'
import type { User } from '../database/schema.ts'
import { type Links, linkIdOf, openedIdOf, tokenMatches } from '../emails/links.ts'
import { recordEvent } from '../events/events.ts'
import { mayInvite } from '../roles/roles.ts'
import { changeUser, findUser } from '../users/users.ts'
import { findInvitation, type InvitationDetails, latestInvitation, lockInviter } from './find-invitation.ts'
import { canBeInvited } from './invitations.ts'

/** What a link refers to now. */
export type LinkState =
  | { state: 'open'; invitation: InvitationDetails; user: User; clinicName: string }
  | {
      state: 'used' | 'expired' | 'revoked' | 'ended'
      invitation: InvitationDetails
      user: User
      clinicName: string
    }
  | { state: 'superseded'; newerSentAt: Date; invitation: InvitationDetails; user: User; clinicName: string }
  | { state: 'unknown' }

export type OpenLink = Extract<LinkState, { state: 'open' }>

export async function readLink(db: Database, { clinicId, keys }: Links, token: string): Promise<LinkState> {
  const id = linkIdOf(token) ?? openedIdOf(token)
  const invitation = id && (await findInvitation(db, { clinicId, id }))
  if (!invitation || !tokenMatches(keys, 'invitation', invitation, token)) return { state: 'unknown' }

  const user = await findUser(db, invitation.clinicId, invitation.userId)
  if (!user) return { state: 'unknown' }
  const clinic = db.selectFrom('clinics').select('name').where('id', '=', invitation.clinicId)
  const { name: clinicName } = await clinic.executeTakeFirstOrThrow()
  const known = { invitation, user, clinicName }
  if (invitation.acceptedAt) return { state: 'used', ...known }
  const newest = await latestInvitation(db, user)
  if (newest && newest.id !== invitation.id)
    return { state: 'superseded', newerSentAt: newest.createdAt, ...known }
  const isOpen = !invitation.revokedAt && canBeInvited(user) && mayInvite(invitation.inviter, user)
  if (!isOpen) return { state: 'revoked', ...known }
  if ((await accessClosed(db, user)) === 'ended') return { state: 'ended', ...known }
  return { state: invitation.isExpired ? 'expired' : 'open', ...known }
}

/**
 * Accepts an invitation, once: one conditional statement is the only gate, however many press at the same moment.
 * Null when the gate is closed; read the link again to say why. The inviter is locked first, as by whoever takes their
 * right away, so that one of the two waits.
 */
export async function acceptInvitation(
  db: Database,
  link: OpenLink,
  passwordHash: string,
  from: { ip: string | null; userAgent: string | null },
): Promise<User | null> {
  return db.transaction().execute(async (trx) => {
    const { id, clinicId } = link.user
    const inviter = await lockInviter(trx, link.invitation)
    const rows = trx.selectFrom('users').selectAll().where('clinicId', '=', clinicId).where('id', '=', id)
    const user = await rows.forNoKeyUpdate().executeTakeFirstOrThrow()
    if (!canBeInvited(user) || !mayInvite(inviter, user)) return null
    const closed = await accessClosed(trx, user)
    if (closed === 'ended') return null
    const accepted = await trx
      .updateTable('invitations')
      .set({ acceptedAt: sql`now()` })
      .where('clinicId', '=', clinicId)
      .where('id', '=', link.invitation.id)
      .where('acceptedAt', 'is', null)
      .where('revokedAt', 'is', null)
      .where('expiresAt', '>', sql<Date>`now()`)
      .executeTakeFirst()
    if (accepted.numUpdatedRows === 0n) return null

    await recordEvent(trx, { clinicId, userId: id, ...from }, { action: 'user.joined', subjectId: id })
    const now = sql<Date>`now()`
    await changeUser(trx, user, { passwordHash, joinedAt: now, ...(!closed && { lastSignInAt: now }) })
    return findUser(trx, clinicId, id)
  })
}
