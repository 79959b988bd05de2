import { sql } from 'kysely'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email } from '../database/schema.ts'
import { linkPath } from '../emails/links.ts'
import type { Message } from '../emails/message.ts'
import { plainWords } from '../emails/plain-words.ts'
import { renderEmail } from '../emails/render.ts'
import { senderOf, shownName } from '../emails/shown-name.ts'
import { mayInvite, ROLES } from '../roles/roles.ts'
import { formatMoment } from '../words/dates.ts'
import { findInvitation } from './find-invitation.ts'

// If nothing in the clinic's name is safe to show.
const PLAIN_SUBJECT = 'Your invitation to Frontdesk'

/** Written from ids each time; null if there's no such invitation. */
export async function invitationEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const invitation = await invitationOf(db, email)
  if (!invitation) return null
  const clinic = shownName(invitation.clinic)
  const subject = clinic ? `You're invited to join ${clinic}` : PLAIN_SUBJECT
  const data = {
    subject,
    firstName: plainWords(invitation.firstName),
    email: invitation.email,
    inviter: plainWords(`${invitation.inviterFirstName} ${invitation.inviterLastName}`),
    inviterEmail: invitation.inviterEmail,
    clinic: plainWords(invitation.clinic),
    role: ROLES[invitation.role],
    isPractitioner: invitation.isPractitioner,
    joinUrl: origin + linkPath(config, 'invitation', invitation),
    signInUrl: `${origin}/sign-in`,
    validUntil: formatMoment(invitation.expiresAt, invitation.timeZone),
  }
  const { html, text } = renderEmail('invitation', data)
  const from = senderOf(config.mailFrom, clinic)
  return { from, to: email.recipient, replyTo: invitation.inviterEmail, subject, html, text }
}

/** Why the invitation is no longer needed, in plain words; null if it is. */
export async function invitationEmailUnwanted(db: Database, email: Email): Promise<string | null> {
  const invitation = await invitationOf(db, email)
  if (!invitation) return 'The invitation is no longer there.'
  if (invitation.deactivatedAt) return 'The person was deactivated before it was sent.'
  if (invitation.joinedAt || invitation.acceptedAt) return 'The person has joined already.'
  if (invitation.revokedAt) return 'The invitation was withdrawn or replaced before it was sent.'
  const inviter = (await findInvitation(db, invitation))?.inviter
  if (inviter?.deactivatedAt) return 'The person who sent the invitation was deactivated.'
  if (!inviter || !mayInvite(inviter, { ...invitation, id: invitation.userId }))
    return 'The person who sent the invitation can no longer send it.'
  if (invitation.expired)
    return `The invitation expired before it could be sent. ${email.failure ?? ''}`.trim()
  return null
}

function invitationOf(db: Database, email: Email) {
  return db
    .selectFrom('invitations')
    .innerJoin('clinics', 'clinics.id', 'invitations.clinicId')
    .innerJoin('users as invitee', (join) =>
      join
        .onRef('invitee.clinicId', '=', 'invitations.clinicId')
        .onRef('invitee.id', '=', 'invitations.userId'),
    )
    .innerJoin('users as inviter', (join) =>
      join
        .onRef('inviter.clinicId', '=', 'invitations.clinicId')
        .onRef('inviter.id', '=', 'invitations.invitedBy'),
    )
    .select(['invitations.id', 'invitations.nonce', 'invitations.expiresAt', 'invitations.acceptedAt'])
    .select(['invitations.revokedAt', 'clinics.name as clinic'])
    .select(sql<boolean>`invitations.expires_at <= now()`.as('expired'))
    .select(['invitee.firstName', 'invitee.email', 'invitee.role', 'invitee.isPractitioner'])
    .select(['invitee.timeZone', 'invitee.joinedAt', 'invitee.deactivatedAt', 'invitee.isOwner'])
    .select(['inviter.firstName as inviterFirstName', 'inviter.lastName as inviterLastName'])
    .select(['inviter.email as inviterEmail', 'invitations.clinicId', 'invitations.userId'])
    .where('invitations.clinicId', '=', email.clinicId)
    .where('invitations.id', '=', email.invitationId)
    .executeTakeFirst()
}
