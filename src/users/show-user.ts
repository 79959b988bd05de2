import { dated, formatClock, formatMoment } from '../accounts/dates.ts'
import type { Database } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { blockOf } from '../emails/blocked-addresses.ts'
import { blockedWords } from '../emails/mail-words.ts'
import { mailTimeline } from '../emails/timeline.ts'
import { latestInvitation } from '../invitations/find-invitation.ts'
import { canBeInvited, nextResend } from '../invitations/invitations.ts'
import { openRequest } from '../invitations/request-invitation.ts'
import { pendingEmailChange } from './email-changes.ts'
import { formatPhone } from './phone-number.ts'
import { ROLES } from './roles.ts'
import { findUser, phoneNumbersOf, STATUS_WORDS, statusOf } from './users.ts'

interface Viewer {
  accountId: Id
  country: string
  timeZone: string
}

/** Everything on a person's page, in the words and the time zone of who looks at it. */
export async function showUser(db: Database, viewer: Viewer, id: Id) {
  const user = await findUser(db, viewer.accountId, id)
  if (!user) return null
  const [phones, invitation, emails, block, pending] = await Promise.all([
    phoneNumbersOf(db, user),
    latestInvitation(db, user),
    mailTimeline(db, user, viewer.timeZone),
    user.deactivatedAt ? null : blockOf(db, user.email),
    user.joinedAt ? pendingEmailChange(db, user) : null,
  ])
  const isOpen =
    invitation !== null && !invitation.acceptedAt && !invitation.revokedAt && !invitation.isExpired
  const status = statusOf({ ...user, hasOpenInvitation: isOpen })
  const request = canBeInvited(user) ? await openRequest(db, user) : null
  return {
    user,
    roleLabel: ROLES[user.role].label,
    status,
    statusWords: STATUS_WORDS[status],
    lastSignIn: user.lastSignInAt && dated(user.lastSignInAt, viewer.timeZone),
    phones: phones.map(({ type, number }) => ({ type, number, text: formatPhone(number, viewer.country) })),
    invitation: invitation && canBeInvited(user) ? wordsFor(invitation, viewer.timeZone) : null,
    pendingEmail: pending && {
      address: pending.newEmail,
      until: formatMoment(pending.expiresAt, viewer.timeZone),
    },
    requestedAt: request && formatMoment(request.createdAt, viewer.timeZone),
    emails,
    block: block && {
      words: blockedWords(user.email, block.reason),
      since: formatMoment(block.since, viewer.timeZone),
    },
    resend: canBeInvited(user) ? await resendWords(db, user, viewer.timeZone) : null,
  }
}

function wordsFor(invitation: NonNullable<Awaited<ReturnType<typeof latestInvitation>>>, timeZone: string) {
  return {
    email: invitation.email,
    inviter: `${invitation.inviterFirstName} ${invitation.inviterLastName}`,
    sentAt: formatMoment(invitation.createdAt, timeZone),
    expiresAt: formatMoment(invitation.expiresAt, timeZone),
    isExpired: invitation.isExpired,
    withdrawnAt: invitation.revokedAt ? formatMoment(invitation.revokedAt, timeZone) : null,
  }
}

async function resendWords(db: Database, user: { id: Id; accountId: Id }, timeZone: string) {
  const { at, isPossible } = await nextResend(db, user)
  const today = formatClock(at, timeZone)
  return { isPossible, from: isWithinHours(at, 12) ? today : formatMoment(at, timeZone) }
}

function isWithinHours(date: Date, hours: number): boolean {
  return date.getTime() - Date.now() < hours * 3_600_000
}
