import { sql } from 'kysely'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email } from '../database/schema.ts'
import type { Message } from '../emails/message.ts'
import { plainWords } from '../emails/plain-words.ts'
import { renderEmail } from '../emails/render.ts'
import { senderOf, shownName } from '../emails/shown-name.ts'
import { mayInvite } from '../roles/roles.ts'
import { findUser } from '../users/users.ts'
import { formatMoment } from '../words/dates.ts'
import { isUnanswered, REQUEST_PAUSE_MINUTES } from './request-invitation.ts'

const SUBJECT = 'Somebody asked for a new invitation to Frontdesk'

/** To people who can send a new one. Replies go to the person who requested it. */
export async function requestEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const request = await requestOf(db, email)
  if (!request) return null
  const data = {
    subject: SUBJECT,
    firstName: plainWords(request.recipientFirstName),
    person: plainWords(`${request.firstName} ${request.lastName}`),
    email: request.email,
    openedEmail: request.openedEmail,
    clinic: plainWords(request.clinic),
    askedAt: formatMoment(request.createdAt, request.timeZone),
    inviter: request.invitedBy === email.userId ? null : plainWords(request.inviterName),
    pauseMinutes: REQUEST_PAUSE_MINUTES,
    userUrl: `${origin}/settings/users/${request.userId}`,
  }
  const { html, text } = renderEmail('invitation-request', data)
  const from = senderOf(config.mailFrom, shownName(request.clinic))
  return { from, to: email.recipient, replyTo: request.email, subject: SUBJECT, html, text }
}

/** Why no notification is needed, in plain words; null if it is. */
export async function requestEmailUnwanted(db: Database, email: Email): Promise<string | null> {
  const request = await requestOf(db, email)
  if (!request) return 'The request is no longer there.'
  if (request.joinedAt) return 'The person has joined before it was sent.'
  if (request.deactivatedAt) return 'The person was deactivated before it was sent.'
  if (!request.isOpen) return 'A new invitation was sent before it was.'
  const recipient = await findUser(db, email.clinicId, email.userId)
  const person = await findUser(db, email.clinicId, request.userId)
  if (!recipient || !person || !mayInvite(recipient, person))
    return 'The recipient can no longer send this invitation.'
  return null
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
