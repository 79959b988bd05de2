import type { Database } from '../../database/database.ts'
import type { Id, User } from '../../database/schema.ts'
import { pendingEmailChange } from '../../email-changes/email-changes.ts'
import { blockOf } from '../../emails/blocked-emails.ts'
import { emailTimeline } from '../../emails/timeline.ts'
import { type InvitationDetails, latestInvitation } from '../../invitations/find-invitation.ts'
import { canBeInvited, type NextResend, nextResend } from '../../invitations/invitations.ts'
import { openRequest } from '../../invitations/request-invitation.ts'
import { mayInvite, ROLES } from '../../roles/roles.ts'
import { statusWords } from '../../users/status-words.ts'
import { findUser, phoneNumbersOf } from '../../users/users.ts'
import { formatClock, formatMoment } from '../../words/dates.ts'
import { blocked } from '../../words/en/email-states.ts'
import { words } from '../../words/en.ts'
import { userRows } from './user-rows.ts'

interface Viewer {
  clinicId: Id
  country: string
  timeZone: string
}

export type ShownUser = NonNullable<Awaited<ReturnType<typeof showUser>>>

/** Everything on a person's page, in the viewer's time zone. */
export async function showUser(db: Database, viewer: Viewer, id: Id) {
  const person = { id, clinicId: viewer.clinicId }
  const [user, phoneNumbers, emails] = await Promise.all([
    findUser(db, viewer.clinicId, id),
    phoneNumbersOf(db, person),
    emailTimeline(db, person, viewer.timeZone),
  ])
  if (!user) return null
  const [block, pending, invited] = await Promise.all([
    user.deactivatedAt ? null : blockOf(db, user.email),
    user.joinedAt ? pendingEmailChange(db, person) : null,
    canBeInvited(user) && user.status !== 'access ended' ? showInvitation(db, user, viewer.timeZone) : null,
  ])
  return {
    user,
    roleLabel: ROLES[user.role].label,
    status: user.status,
    statusWords: statusWords(user),
    details: userRows({ user, phoneNumbers, emailHint: emailHint(user, pending, viewer.timeZone) }, viewer),
    invitation: invited?.words ?? null,
    hasPendingEmail: pending !== null,
    requestedAt: invited?.requestedAt ?? null,
    isEmailFreed: user.emailFreedAt !== null,
    emails,
    block: block && {
      words: blocked({ email: user.email, reason: block.reason }),
      since: formatMoment(block.since, viewer.timeZone),
    },
    resend: invited?.resend ?? null,
  }
}

function emailHint(
  { emailFreedAt }: User,
  pending: { newEmail: string; expiresAt: Date } | null,
  timeZone: string,
): string | null {
  if (emailFreedAt) return words.userPage.freed(formatMoment(emailFreedAt, timeZone))
  if (!pending) return null
  const until = formatMoment(pending.expiresAt, timeZone)
  return words.userPage.pending({ email: pending.newEmail, until })
}

/** For people who haven't joined: the current invitation, whether they requested another, and when one can be sent. */
async function showInvitation(db: Database, person: User, timeZone: string) {
  const [invitation, request, next] = await Promise.all([
    latestInvitation(db, person),
    openRequest(db, person),
    nextResend(db, person),
  ])
  return {
    words: invitation && invitationWords(invitation, person, timeZone),
    requestedAt: request && formatMoment(request.createdAt, timeZone),
    resend: resendWords(next, timeZone),
  }
}

function invitationWords(invitation: InvitationDetails, person: User, timeZone: string) {
  return {
    email: invitation.email,
    inviter: `${invitation.inviterFirstName} ${invitation.inviterLastName}`.trim(),
    sentAt: formatMoment(invitation.createdAt, timeZone),
    expiresAt: formatMoment(invitation.expiresAt, timeZone),
    isExpired: invitation.isExpired,
    cancelledAt: invitation.revokedAt ? formatMoment(invitation.revokedAt, timeZone) : null,
    isInviterAble: mayInvite(invitation.inviter, person),
  }
}

function resendWords({ at, isPossible }: NextResend, timeZone: string) {
  const today = formatClock(at, timeZone)
  return { isPossible, from: isWithinHours(at, 12) ? today : formatMoment(at, timeZone) }
}

function isWithinHours(date: Date, hours: number): boolean {
  return date.getTime() - Date.now() < hours * 3_600_000
}
