import { formatClock, formatMoment } from '../clinics/dates.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email } from '../database/schema.ts'
import { linkUrl } from '../emails/links.ts'
import type { Message } from '../emails/message.ts'
import { plainWords } from '../emails/plain-words.ts'
import { renderEmail } from '../emails/render.ts'
import { findReset, RESET_VALID_MINUTES } from './password-resets.ts'

export async function passwordResetEmail(
  db: Database,
  config: Config,
  email: Email,
): Promise<Message | null> {
  const reset = email.passwordResetId && (await findReset(db, email.passwordResetId))
  if (!reset) return null
  return written(config, email, 'password-reset', {
    subject: 'Choose a new password for Frontdesk',
    firstName: plainWords(reset.firstName),
    clinic: plainWords(reset.clinicName),
    email: reset.email,
    requester: reset.requesterFirstName
      ? plainWords(`${reset.requesterFirstName} ${reset.requesterLastName}`)
      : '',
    validMinutes: RESET_VALID_MINUTES,
    validUntil: formatClock(reset.expiresAt, reset.timeZone),
    resetUrl: linkUrl(config, 'password reset', reset),
  })
}

/** Why the link must not be mailed any more, in plain words; null where it may. */
export async function passwordResetEmailUnwanted(db: Database, email: Email): Promise<string | null> {
  const reset = email.passwordResetId && (await findReset(db, email.passwordResetId))
  if (!reset) return 'The request is no longer there.'
  if (reset.usedAt) return 'The password was chosen before it was sent.'
  if (!reset.isCurrent) return 'The person or their password changed before it was sent.'
  if (reset.isExpired) return `The link expired before it could be sent. ${email.failure ?? ''}`.trim()
  return null
}

export async function passwordChangedEmail(
  db: Database,
  config: Config,
  email: Email,
): Promise<Message | null> {
  const user = await db
    .selectFrom('users')
    .innerJoin('clinics', 'clinics.id', 'users.clinicId')
    .select(['firstName', 'users.timeZone', 'clinics.name as clinic'])
    .where('users.clinicId', '=', email.clinicId)
    .where('users.id', '=', email.userId)
    .executeTakeFirst()
  if (!user) return null
  return written(config, email, 'password-changed', {
    subject: 'Your password for Frontdesk was changed',
    firstName: plainWords(user.firstName),
    clinic: plainWords(user.clinic),
    email: email.recipient,
    changedAt: formatMoment(email.createdAt, user.timeZone),
    forgotUrl: `${config.publicUrl}/forgot-password`,
  })
}

function written(
  config: Config,
  { recipient }: Email,
  template: string,
  data: { subject: string; [word: string]: string | number },
): Message {
  return { to: recipient, replyTo: config.mailFrom, subject: data.subject, ...renderEmail(template, data) }
}
