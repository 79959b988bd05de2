import type { Email } from '../database/schema.ts'

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
  | 'failureKind'
  | 'deliveredAt'
  | 'bouncedAt'
  | 'bounceIsFinal'
  | 'complainedAt'
>

const TROUBLE = new Set<EmailState>(['bounced', 'complained', 'failed'])

/** Whether someone should look after it. */
export function isTrouble(state: EmailState): boolean {
  return TROUBLE.has(state)
}

/** Latest known state, regardless of arrival order. */
export function emailStateOf(email: EmailFacts): EmailState {
  if (email.complainedAt) return 'complained'
  if (email.bouncedAt && (email.bounceIsFinal || !email.deliveredAt)) return 'bounced'
  if (email.deliveredAt) return 'delivered'
  if (email.failedAt) return email.failureKind === 'unwanted' ? 'unwanted' : 'failed'
  if (email.sentAt) return email.messageId ? 'sent' : 'captured'
  return 'queued'
}
