import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email, EmailFailure } from '../database/schema.ts'
import { composeEmail, type EmailContent } from '../emails/compose.ts'
import { expired, failure } from '../emails/failure.ts'
import { type LinkPurpose, linkPath } from '../emails/links.ts'
import type { Message } from '../emails/message.ts'
import { plainWords } from '../emails/plain-words.ts'
import { formatMoment } from '../words/dates.ts'
import { words } from '../words/en.ts'
import { type EmailChangeDetails, findEmailChange } from './email-change-link.ts'

const { emails, emailChangeEmails: said } = words
const { subjects } = emails

export const emailChangeEmail = emailOf((change, { link }) => ({
  subject: subjects.emailChange,
  blocks: [
    { text: said.asked(valuesOf(change)) },
    { button: said.confirm, url: link('email change') },
    { text: said.confirmUntil(validUntil(change)) },
    { aside: emails.unexpected, text: emails.nothingChanges },
  ],
}))

export const emailChangeRequestedEmail = emailOf((change) => ({
  subject: subjects.emailChangeRequested,
  blocks: [
    { text: said.requested(valuesOf(change)) },
    { text: said.cancelUntil(validUntil(change)) },
    { aside: emails.unexpected, text: said.cancel },
  ],
}))

export const emailChangedEmail = emailOf((change, { moment }) => ({
  subject: subjects.emailChanged,
  blocks: [
    { text: said.changed({ ...valuesOf(change), moment }) },
    { aside: emails.wasNotYou, text: said.tell },
  ],
}))

export const emailReplacementEmail = emailOf((change, { link }) => ({
  subject: subjects.newPassword,
  blocks: [
    { text: said.lost(valuesOf(change)) },
    { text: said.choose(valuesOf(change)) },
    { button: said.button, url: link('email replacement') },
    { text: said.works({ from: usableFrom(change), until: validUntil(change) }) },
    { aside: emails.unexpected, text: said.ignore },
  ],
}))

export const emailReplacementNotice = emailOf((change, { link, moment }) => ({
  subject: subjects.emailReplacementNotice,
  blocks: [
    { text: said.lost(valuesOf(change)) },
    { text: said.linkSent({ ...valuesOf(change), moment }) },
    { text: said.worksFrom(usableFrom(change)) },
    { lead: emails.wasNotYou, text: said.stop },
    { button: said.keep, url: link('email replacement stop') },
    { text: said.thenTell },
  ],
}))

/** Why the link is no longer needed; null if it is. */
export async function emailChangeEmailUnwanted(db: Database, email: Email): Promise<EmailFailure | null> {
  const change = await changeOf(db, email)
  if (!change) return failure('changeGone')
  if (change.confirmedAt) return failure('changeConfirmed')
  if (change.withdrawnAt || change.deactivatedAt) return failure('changeCancelled')
  if (change.isExpired) return expired('linkExpired', email)
  return null
}

type Content = Pick<EmailContent, 'subject' | 'blocks'>

interface Around {
  link: (purpose: LinkPurpose) => string
  moment: string
}

function emailOf(contentOf: (change: EmailChangeDetails, around: Around) => Content) {
  return async (db: Database, config: Config, email: Email, origin: string): Promise<Message | null> => {
    const change = await changeOf(db, email)
    if (!change) return null
    const link = (purpose: LinkPurpose) => origin + linkPath(config, purpose, change)
    const moment = formatMoment(email.createdAt, change.timeZone)
    return composeEmail(config, email, { ...change, ...contentOf(change, { link, moment }) })
  }
}

function changeOf(db: Database, { clinicId, emailChangeId: id }: Email) {
  return id && findEmailChange(db, { clinicId, id })
}

function valuesOf({ clinicName, requesterFirstName, requesterLastName, ...change }: EmailChangeDetails) {
  return {
    clinic: plainWords(clinicName),
    requester: plainWords(`${requesterFirstName} ${requesterLastName}`),
    ...{ oldEmail: change.oldEmail, newEmail: change.newEmail },
  }
}

function validUntil({ expiresAt, timeZone }: EmailChangeDetails): string {
  return formatMoment(expiresAt, timeZone)
}

/** Null if it works at once. */
function usableFrom({ identifiedBy, usableFrom, createdAt, timeZone }: EmailChangeDetails): string | null {
  return identifiedBy === 'not yet' ? formatMoment(usableFrom ?? createdAt, timeZone) : null
}
