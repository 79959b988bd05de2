import { sql } from 'kysely'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email, EmailFailure } from '../database/schema.ts'
import { composeEmail } from '../emails/compose.ts'
import { failure } from '../emails/failure.ts'
import type { Message } from '../emails/message.ts'
import { plainWords } from '../emails/plain-words.ts'
import { mayInvite } from '../roles/roles.ts'
import { recipientMay } from '../users/recipient-may.ts'
import { formatMoment } from '../words/dates.ts'
import { words } from '../words/en.ts'
import { isUnanswered } from './request-invitation.ts'

const { emails, invitationEmails: said } = words

/** To people who can send a new one. Replies go to the person who requested it. */
export async function requestEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const request = await requestOf(db, email)
  if (!request) return null
  const { clinic: clinicName, email: theirs, openedEmail } = request
  const asked = {
    person: plainWords(`${request.firstName} ${request.lastName}`),
    clinic: plainWords(clinicName),
    moment: formatMoment(request.createdAt, request.timeZone),
  }
  const opened = [said.opened({ email: openedEmail })]
  if (openedEmail !== theirs) opened.push(said.corrected({ email: theirs }))
  const because = said.because({ inviter: plainWords(request.inviterName) })
  return composeEmail(config, email, {
    ...{ clinicName, firstName: request.recipientFirstName, replyTo: theirs },
    subject: emails.subjects.invitationRequest,
    blocks: [
      { text: said.requested(asked) },
      { text: opened.join(' ') },
      ...(request.invitedBy === email.userId ? [] : [{ text: because }]),
      { text: said.resend, url: `${origin}/settings/users/${request.userId}` },
      { text: said.replies({ email: theirs }) },
      { aside: emails.unexpected, text: said.onceAnHour },
    ],
  })
}

/** Why no notification is needed; null if it is. */
export async function requestEmailUnwanted(db: Database, email: Email): Promise<EmailFailure | null> {
  const request = await requestOf(db, email)
  if (!request) return failure('requestGone')
  if (request.joinedAt) return failure('joined')
  if (request.deactivatedAt) return failure('deactivated')
  if (!request.isOpen) return failure('requestAnswered')
  const isTheirs = await recipientMay(db, email, request.userId, mayInvite)
  return isTheirs ? null : failure('recipientLostRight')
}

function requestOf(db: Database, email: Email) {
  return db
    .selectFrom('invitationRequests as request')
    .innerJoin('clinics', 'clinics.id', 'request.clinicId')
    .innerJoin('users as person', (join) =>
      join.onRef('person.clinicId', '=', 'request.clinicId').onRef('person.id', '=', 'request.userId'),
    )
    .innerJoin('invitations as opened', (join) =>
      join
        .onRef('opened.clinicId', '=', 'request.clinicId')
        .onRef('opened.id', '=', 'request.openedInvitationId'),
    )
    .innerJoin('users as inviter', (join) =>
      join.onRef('inviter.clinicId', '=', 'opened.clinicId').onRef('inviter.id', '=', 'opened.invitedBy'),
    )
    .innerJoin('users as recipient', (join) =>
      join.onRef('recipient.clinicId', '=', 'request.clinicId').on('recipient.id', '=', email.userId),
    )
    .select(['request.userId', 'request.createdAt', 'clinics.name as clinic', 'opened.invitedBy'])
    .select(['opened.email as openedEmail', 'person.firstName', 'person.lastName', 'person.email'])
    .select(['person.joinedAt', 'person.deactivatedAt', 'recipient.firstName as recipientFirstName'])
    .select('recipient.timeZone')
    .select(sql<string>`trim(inviter.first_name || ' ' || inviter.last_name)`.as('inviterName'))
    .select(isUnanswered.as('isOpen'))
    .where('request.clinicId', '=', email.clinicId)
    .where('request.id', '=', email.invitationRequestId)
    .executeTakeFirst()
}
