import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email, EmailFailure } from '../database/schema.ts'
import { composeEmail } from '../emails/compose.ts'
import { expired, failure } from '../emails/failure.ts'
import { linkPath } from '../emails/links.ts'
import type { Message } from '../emails/message.ts'
import { words } from '../words/en.ts'
import { CLINIC_INVITATION_VALID_DAYS, findClinicInvitation } from './clinic-invitations.ts'

const { emails, newClinic: said } = words

export async function clinicInvitationEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const invitation = await findClinicInvitation(db, email.clinicInvitationId)
  if (!invitation) return null
  return composeEmail(config, email, {
    subject: emails.subjects.clinicInvitation,
    blocks: [
      { text: said.email.text },
      { button: said.email.button, url: origin + linkPath(config, 'clinic invitation', invitation) },
      { text: said.email.valid({ days: CLINIC_INVITATION_VALID_DAYS }) },
      { aside: emails.unexpected, text: said.email.ignore },
    ],
  })
}

export async function clinicInvitationUnwanted(db: Database, email: Email): Promise<EmailFailure | null> {
  const invitation = await findClinicInvitation(db, email.clinicInvitationId)
  if (!invitation) return failure('invitationGone')
  if (invitation.usedAt) return failure('clinicMade')
  return invitation.isExpired ? expired('invitationExpired', email) : null
}
