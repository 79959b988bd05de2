import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email } from '../database/schema.ts'
import { linkPath } from '../emails/links.ts'
import type { Message } from '../emails/message.ts'
import { plainWords } from '../emails/plain-words.ts'
import { renderEmail } from '../emails/render.ts'
import { senderOf, shownName } from '../emails/shown-name.ts'
import { formatMoment } from '../words/dates.ts'
import { findEmailChange } from './email-change-link.ts'

const SUBJECTS = {
  'email-change': 'Confirm your new email address for Frontdesk',
  'email-change-requested': 'A new email address for Frontdesk was asked for',
  'email-changed': 'Your email address for Frontdesk was changed',
  'email-replacement': 'Choose a new password for Frontdesk',
  'email-replacement-notice': 'Your email address for Frontdesk is about to be replaced',
} as const

export const emailChangeEmail = emailOf('email-change')
export const emailChangeRequestedEmail = emailOf('email-change-requested')
export const emailChangedEmail = emailOf('email-changed')
export const emailReplacementEmail = emailOf('email-replacement')
export const emailReplacementNotice = emailOf('email-replacement-notice')

/** Why the link is no longer needed, in plain words; null if it is. */
export async function emailChangeEmailUnwanted(db: Database, email: Email): Promise<string | null> {
  const change = await changeOf(db, email)
  if (!change) return 'The change is no longer there.'
  if (change.confirmedAt) return 'The address was confirmed before it was sent.'
  if (change.withdrawnAt || change.deactivatedAt) return 'The change was withdrawn before it was sent.'
  if (change.isExpired) return `The link expired before it could be sent. ${email.failure ?? ''}`.trim()
  return null
}

function emailOf(template: keyof typeof SUBJECTS) {
  return async (db: Database, config: Config, email: Email, origin: string): Promise<Message | null> => {
    const change = await changeOf(db, email)
    if (!change) return null
    const subject = SUBJECTS[template]
    const usableFrom = change.usableFrom ?? change.createdAt
    const words = renderEmail(template, {
      subject,
      firstName: plainWords(change.firstName),
      clinic: plainWords(change.clinicName),
      requester: plainWords(`${change.requesterFirstName} ${change.requesterLastName}`),
      oldEmail: change.oldEmail,
      newEmail: change.newEmail,
      validUntil: formatMoment(change.expiresAt, change.timeZone),
      changedAt: formatMoment(email.createdAt, change.timeZone),
      usableFrom: change.identifiedBy === 'not yet' ? formatMoment(usableFrom, change.timeZone) : '',
      confirmUrl: origin + linkPath(config, 'email change', change),
      replaceUrl: origin + linkPath(config, 'email replacement', change),
      stopUrl: origin + linkPath(config, 'email replacement stop', change),
    })
    const from = senderOf(config.mailFrom, shownName(change.clinicName))
    return { from, to: email.recipient, replyTo: config.mailFrom, subject, ...words }
  }
}

function changeOf(db: Database, { clinicId, emailChangeId: id }: Email) {
  return id && findEmailChange(db, { clinicId, id })
}
