import { sql } from 'kysely'
import { hasAccessToday } from '../clinics/access-dates.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Invitation, User } from '../database/schema.ts'
import type { Member } from '../roles/roles.ts'

export interface InvitationDetails extends Invitation {
  inviterFirstName: string
  inviterLastName: string
  inviterEmail: string
  /** As they are now: whether the invitation is still valid depends on them. */
  inviter: Member
  isExpired: boolean
}

/** A person's latest invitation, with its sender. */
export async function latestInvitation(
  db: Database | Transaction,
  user: Pick<User, 'id' | 'clinicId'>,
): Promise<InvitationDetails | null> {
  const invitation = withInviter(db)
    .where('invitations.clinicId', '=', user.clinicId)
    .where('invitations.userId', '=', user.id)
    .orderBy('invitations.id', 'desc')
    .limit(1)
  return detailed(await invitation.executeTakeFirst())
}

export async function findInvitation(
  db: Database,
  { clinicId, id }: Pick<Invitation, 'clinicId' | 'id'>,
): Promise<InvitationDetails | null> {
  const invitation = withInviter(db).where('invitations.clinicId', '=', clinicId)
  return detailed(await invitation.where('invitations.id', '=', id).executeTakeFirst())
}

/** Locked, so that a right being taken away can't be used once more. */
export async function lockInviter(trx: Transaction, invitation: Pick<Invitation, 'clinicId' | 'invitedBy'>) {
  return trx
    .selectFrom('users')
    .selectAll()
    .select(hasAccessToday().as('hasAccess'))
    .where('clinicId', '=', invitation.clinicId)
    .where('id', '=', invitation.invitedBy)
    .forShare()
    .executeTakeFirstOrThrow()
}

function withInviter(db: Database | Transaction) {
  return db
    .selectFrom('invitations')
    .innerJoin('users as inviter', (join) =>
      join
        .onRef('inviter.clinicId', '=', 'invitations.clinicId')
        .onRef('inviter.id', '=', 'invitations.invitedBy'),
    )
    .selectAll('invitations')
    .select([
      'inviter.firstName as inviterFirstName',
      'inviter.lastName as inviterLastName',
      'inviter.email as inviterEmail',
    ])
    .select(['role', 'isOwner', 'joinedAt', 'deactivatedAt', hasAccessToday('inviter').as('hasAccess')])
    .select(sql<boolean>`expires_at <= now()`.as('isExpired'))
}

type Found = Omit<InvitationDetails, 'inviter'> & Omit<Member, 'id' | 'clinicId'>

function detailed(found: Found | undefined): InvitationDetails | null {
  if (!found) return null
  const { role, isOwner, joinedAt, deactivatedAt, hasAccess, ...invitation } = found
  const { clinicId, invitedBy: id } = invitation
  const state = { joinedAt, deactivatedAt, ...(hasAccess !== undefined && { hasAccess }) }
  return { ...invitation, inviter: { id, clinicId, role, isOwner, ...state } }
}
