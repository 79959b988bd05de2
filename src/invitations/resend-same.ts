import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { User } from '../database/schema.ts'
import { queueEmail } from '../emails/outbox.ts'
import { mayInvite } from '../roles/roles.ts'
import { latestInvitation } from './find-invitation.ts'
import { RESEND_PAUSE_SECONDS } from './invitations.ts'

/** Resends the same invitation to someone who lost the email: no extra time, at most once a minute. */
export async function resendSameInvitation(trx: Transaction, user: User): Promise<void> {
  const { clinicId, id: userId } = user
  const newest = await latestInvitation(trx, user)
  if (!newest || !mayInvite(newest.inviter, user)) return
  const invitation = await trx
    .selectFrom('invitations')
    .innerJoin('emails', (join) =>
      join
        .onRef('emails.clinicId', '=', 'invitations.clinicId')
        .onRef('emails.invitationId', '=', 'invitations.id'),
    )
    .select(['invitations.id', 'invitations.email'])
    .where('invitations.clinicId', '=', clinicId)
    .where('invitations.userId', '=', userId)
    .where('invitations.id', '=', newest.id)
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', sql<Date>`now()`)
    .groupBy(['invitations.id', 'invitations.email'])
    .having(sql<boolean>`max(emails.created_at) <= now() - make_interval(secs => ${RESEND_PAUSE_SECONDS})`)
    .executeTakeFirst()
  if (!invitation) return
  await queueEmail(trx, {
    clinicId,
    userId,
    recipient: invitation.email,
    invitationId: invitation.id,
    kind: 'invitation',
  })
}
