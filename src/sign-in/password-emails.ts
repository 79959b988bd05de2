import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email } from '../database/schema.ts'
import { linkPath } from '../emails/links.ts'
import type { Message } from '../emails/message.ts'
import { plainWords } from '../emails/plain-words.ts'
import { renderEmail } from '../emails/render.ts'
import { senderOf, shownName } from '../emails/shown-name.ts'
import { FAILURES_MAX } from '../sessions/throttling.ts'
import { formatClock, formatMoment } from '../words/dates.ts'
import { findReset, RESET_VALID_MINUTES } from './password-resets.ts'

export async function passwordResetEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const reset = await resetOf(db, email)
  if (!reset) return null
  return written(config, email, 'password-reset', reset.clinicName, {
    subject: 'Choose a new password for Frontdesk',
    firstName: plainWords(reset.firstName),
    clinic: plainWords(reset.clinicName),
    email: reset.email,
    requester: reset.requesterFirstName
      ? plainWords(`${reset.requesterFirstName} ${reset.requesterLastName}`)
      : '',
    validMinutes: RESET_VALID_MINUTES,
    validUntil: formatClock(reset.expiresAt, reset.timeZone),
    resetUrl: origin + linkPath(config, 'password reset', reset),
  })
}

/** Why the link is no longer needed, in plain words; null if it is. */
export async function passwordResetEmailUnwanted(db: Database, email: Email): Promise<string | null> {
  const reset = await resetOf(db, email)
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
  origin: string,
): Promise<Message | null> {
  const user = await recipientOf(db, email)
  if (!user) return null
  return written(config, email, 'password-changed', user.clinic, {
    subject: 'Your password for Frontdesk was changed',
    firstName: plainWords(user.firstName),
    clinic: plainWords(user.clinic),
    email: email.recipient,
    changedAt: formatMoment(email.createdAt, user.timeZone),
    forgotUrl: `${origin}/forgot-password`,
  })
}

export async function accountLockedEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const user = await recipientOf(db, email)
  if (!user || !email.lockReason) return null
  return written(config, email, 'account-locked', user.clinic, {
    subject: 'Incorrect passwords for your Frontdesk account',
    firstName: plainWords(user.firstName),
    clinic: plainWords(user.clinic),
    email: email.recipient,
    reason: email.lockReason,
    failuresMax: FAILURES_MAX,
    at: formatMoment(email.createdAt, user.timeZone),
    forgotUrl: `${origin}/forgot-password`,
  })
}

function recipientOf(db: Database, { clinicId, userId }: Email) {
  return db
    .selectFrom('users')
    .innerJoin('clinics', 'clinics.id', 'users.clinicId')
    .select(['firstName', 'users.timeZone', 'clinics.name as clinic'])
    .where('users.clinicId', '=', clinicId)
    .where('users.id', '=', userId)
    .executeTakeFirst()
}

function written(
  config: Config,
  { recipient }: Email,
  template: string,
  clinicName: string,
  data: { subject: string; [word: string]: string | number },
): Message {
  const from = senderOf(config.mailFrom, shownName(clinicName))
  const { subject } = data
  return { from, to: recipient, replyTo: config.mailFrom, subject, ...renderEmail(template, data) }
}

function resetOf(db: Database, { clinicId, passwordResetId: id }: Email) {
  return id && findReset(db, { clinicId, id })
}
