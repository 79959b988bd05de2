import { sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Id, Invitation, User } from '../database/schema.ts'

export interface InvitationDetails extends Invitation {
  inviterFirstName: string
  inviterLastName: string
  inviterEmail: string
  isExpired: boolean
}

/** The newest invitation of a person, with who sent it. */
export async function latestInvitation(
  db: Database,
  user: Pick<User, 'id' | 'accountId'>,
): Promise<InvitationDetails | null> {
  const invitation = await withInviter(db)
    .where('invitations.accountId', '=', user.accountId)
    .where('invitations.userId', '=', user.id)
    .orderBy('invitations.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return invitation ?? null
}

/** Of whichever clinic: for links, whose signature says that the holder may know. */
export async function findInvitation(db: Database, id: Id): Promise<InvitationDetails | null> {
  return (await withInviter(db).where('invitations.id', '=', id).executeTakeFirst()) ?? null
}

function withInviter(db: Database) {
  return db
    .selectFrom('invitations')
    .innerJoin('users as inviter', 'inviter.id', 'invitations.invitedBy')
    .selectAll('invitations')
    .select([
      'inviter.firstName as inviterFirstName',
      'inviter.lastName as inviterLastName',
      'inviter.email as inviterEmail',
    ])
    .select(sql<boolean>`expires_at <= now()`.as('isExpired'))
}
