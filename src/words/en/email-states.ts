import { labels } from './labels.ts'

const BLOCK_REASONS = {
  bounce: 'an earlier email bounced',
  complaint: 'an earlier email was marked as spam',
  refused: 'an earlier email bounced or was marked as spam',
  other: 'the email provider blocked it',
}

type BlockCode = keyof typeof BLOCK_REASONS

/** Why nothing can be sent to an address, and what helps. */
export function blocked({ email, reason }: { email: string; reason: BlockCode }): string {
  return `We can’t email ${email} because ${BLOCK_REASONS[reason]}. Correct the address; resending won’t help.`
}

/** An email’s status and what became of it. */
export const emailStates = {
  states: {
    queued: 'Queued',
    sent: 'Sent',
    captured: 'Saved to outbox',
    delivered: 'Delivered',
    bounced: 'Bounced',
    complained: 'Marked as spam',
    failed: 'Failed',
    unwanted: 'Not sent',
  },
  retried: ({ why }: { why: string }) => `${why} We’ll retry automatically.`,
  askForAnother: 'Ask for another address and correct it.',
  complained: 'The recipient marked it as spam. Ask for another address.',
  checkEmail: labels.checkEmail,
  correctEmail: 'Correct the email address.',

  bounces: {
    'no mailbox': 'The mailbox doesn’t exist.',
    'no domain': 'The domain can’t receive email.',
    'mailbox full': 'The mailbox is full.',
    'taken for spam': 'Rejected as spam.',
    refused: 'The mail server rejected it.',
    'not reached': 'The mail server couldn’t be reached, or was too busy.',
    unknown: 'The mail server gave no clear reason.',
  },
  /** What to do about it, if resending can work. */
  advice: {
    'no mailbox': labels.askForRightEmail,
    'no domain': labels.askForRightEmail,
    'mailbox full': 'Ask them to free up space, then resend.',
    'taken for spam': labels.askForOtherEmail,
    refused: labels.askForOtherEmail,
    'not reached': 'Resend later.',
    unknown: labels.checkEmail,
  },

  /** What each kind of email is called. */
  kinds: {
    'access ending': 'Access ends soon',
    invitation: 'Invitation',
    'invitation request': 'Invitation requested',
    'password reset': 'Password reset',
    'password changed': 'Password changed',
    'second step changed': 'Two-step sign-in changed',
    'second step link': 'Two-step sign-in link',
    'second step asked for': 'Two-step sign-in help asked for',
    'second step reset': 'Two-step sign-in reset',
    'new browser': 'New sign-in',
    'clinic closing': 'Clinic about to be deleted',
    'clinic invitation': 'Invitation to set up a clinic',
    'clinics found': labels.yourClinics,
    'email change': 'Confirm new email address',
    'email change requested': 'Email change requested',
    'email changed': 'Email changed',
    'email replacement': 'Replace lost email address',
    'email replacement notice': 'Email address to be replaced',
    'account locked': 'Incorrect passwords',
  },
}
