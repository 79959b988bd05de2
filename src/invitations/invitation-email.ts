import { sql } from 'kysely'
import { closedToday } from '../clinics/access-dates.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email, EmailFailure } from '../database/schema.ts'
import { composeEmail } from '../emails/compose.ts'
import { expired, failure } from '../emails/failure.ts'
import { linkPath } from '../emails/links.ts'
import type { Message } from '../emails/message.ts'
import { plainWords } from '../emails/plain-words.ts'
import { mayInvite, ROLES } from '../roles/roles.ts'
import { formatMoment, plainDay } from '../words/dates.ts'
import { words } from '../words/en.ts'
import { findInvitation } from './find-invitation.ts'

const { emails, invitationEmails: said } = words

/** Written from ids each time; null if there's no such invitation. */
export async function invitationEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const invitation = await invitationOf(db, email)
  if (!invitation) return null
  const { firstName, timeZone, clinic: clinicName, inviterEmail, isPractitioner } = invitation
  const inviter = plainWords(`${invitation.inviterFirstName} ${invitation.inviterLastName}`)
  const { label, explanation } = ROLES[invitation.role]
  return composeEmail(config, email, {
    ...{ clinicName, firstName, subject: emails.subjects.invitation, replyTo: inviterEmail },
    blocks: [
      { text: said.invited({ inviter, clinic: plainWords(clinicName) }) },
      { lead: said.role, text: `${label}. ${explanation}` },
      { lead: said.practitioner, text: isPractitioner ? said.isPractitioner : said.isNoPractitioner },
      { button: said.button, url: origin + linkPath(config, 'invitation', invitation) },
      { text: said.validUntil(formatMoment(invitation.expiresAt, timeZone)) },
      ...(invitation.closed === 'not begun'
        ? [{ text: said.startsLater(plainDay(invitation.accessFrom ?? '')) }]
        : []),
      { text: said.signIn({ email: invitation.email }), url: `${origin}/sign-in` },
      { aside: emails.unexpected, text: said.noPassword },
      { aside: said.questions, text: said.ask({ inviter, email: inviterEmail }) },
    ],
  })
}

/** Why the invitation is no longer needed; null if it is. */
export async function invitationEmailUnwanted(db: Database, email: Email): Promise<EmailFailure | null> {
  const invitation = await invitationOf(db, email)
  if (!invitation) return failure('invitationGone')
  if (invitation.deactivatedAt) return failure('deactivated')
  if (invitation.closed === 'ended') return failure('accessEnded')
  if (invitation.joinedAt || invitation.acceptedAt) return failure('joined')
  if (invitation.revokedAt) return failure('invitationClosed')
  const inviter = (await findInvitation(db, invitation))?.inviter
  if (inviter?.deactivatedAt) return failure('inviterDeactivated')
  if (!inviter || !mayInvite(inviter, { ...invitation, id: invitation.userId }))
    return failure('inviterLostRight')
  if (invitation.expired) return expired('invitationExpired', email)
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
    .select(['invitee.accessFrom', closedToday('invitee').as('closed')])
    .select(['invitee.timeZone', 'invitee.joinedAt', 'invitee.deactivatedAt', 'invitee.isOwner'])
    .select(['inviter.firstName as inviterFirstName', 'inviter.lastName as inviterLastName'])
    .select(['inviter.email as inviterEmail', 'invitations.clinicId', 'invitations.userId'])
    .where('invitations.clinicId', '=', email.clinicId)
    .where('invitations.id', '=', email.invitationId)
    .executeTakeFirst()
}
