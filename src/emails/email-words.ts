import type { BounceReason, Email } from '../database/schema.ts'

/** An email's status; derived, never stored. */
export type EmailState =
  | 'queued'
  | 'sent'
  | 'captured'
  | 'delivered'
  | 'bounced'
  | 'complained'
  | 'failed'
  | 'unwanted'

export type EmailFacts = Pick<
  Email,
  | 'sentAt'
  | 'messageId'
  | 'failedAt'
  | 'failureCode'
  | 'deliveredAt'
  | 'bouncedAt'
  | 'bounceIsFinal'
  | 'complainedAt'
>

/** Latest known state, regardless of arrival order. */
export function emailStateOf(email: EmailFacts): EmailState {
  if (email.complainedAt) return 'complained'
  if (email.bouncedAt && (email.bounceIsFinal || !email.deliveredAt)) return 'bounced'
  if (email.deliveredAt) return 'delivered'
  if (email.failedAt) return email.failureCode === 'unwanted' ? 'unwanted' : 'failed'
  if (email.sentAt) return email.messageId ? 'sent' : 'captured'
  return 'queued'
}

export const EMAIL_STATE_WORDS: Record<EmailState, string> = {
  queued: 'Queued',
  sent: 'Sent',
  captured: 'Kept in the outbox',
  delivered: 'Delivered',
  bounced: 'Bounced',
  complained: 'Marked as spam',
  failed: 'Could not be sent',
  unwanted: 'Not sent',
}

export const BOUNCE_WORDS: Record<BounceReason, string> = {
  'no mailbox': 'The mailbox does not exist.',
  'no domain': 'There is no mail server for the part after the @.',
  'mailbox full': 'The mailbox is full.',
  'taken for spam': 'The mail server took it for spam.',
  refused: 'The mail server refused it.',
  'not reached': 'The mail server could not be reached, or was too busy.',
  unknown: 'The mail server gave no clear reason.',
}

/** What to do about it, if resending can work. */
export const BOUNCE_ADVICE: Record<BounceReason, string> = {
  'no mailbox': 'Ask for the right address and correct it.',
  'no domain': 'Ask for the right address and correct it.',
  'mailbox full': 'Ask them to make room, then send again.',
  'taken for spam': 'Ask for another address.',
  refused: 'Ask for another address.',
  'not reached': 'Send again later.',
  unknown: 'Check the address, then send again.',
}

/** What each kind of email is called. */
export const KIND_WORDS: Record<Email['kind'], string> = {
  invitation: 'Invitation',
  'invitation request': 'Somebody asked for a new invitation',
  'password reset': 'Link for a new password',
  'password changed': 'Password was changed',
  'email change': 'Link to confirm a new address',
  'email change requested': 'Notice of a new address asked for',
  'email changed': 'Notice of the changed address',
  'email replacement': 'Link at the new mailbox',
  'email replacement notice': 'Notice that the address is to be replaced',
  'account locked': 'Warning about incorrect passwords',
}
