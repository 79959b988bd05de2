/** The email with an invitation, and the one that tells colleagues that a new one is wanted. */
export const invitationEmails = {
  invited: ({ inviter, clinic }: { inviter: string; clinic: string }) =>
    `${inviter} has invited you to join ${clinic} on Frontdesk, where the clinic’s staff sign in.`,
  role: 'Your role:',
  practitioner: 'Practitioner:',
  isPractitioner: 'Yes. You’ll see patients and appear on the calendar.',
  isNoPractitioner: 'No. You won’t appear on the calendar.',
  button: 'Create your password',
  validUntil: (moment: string) => `This link is for you alone, and is valid until ${moment}.`,
  startsLater: (day: string) => `Your access starts on ${day}. You can create your password before then.`,
  signIn: ({ email }: { email: string }) => `After that, sign in with ${email} at`,
  noPassword:
    'You don’t need to do anything. No one can sign in as you without a password, and the invitation will expire.',
  questions: 'Questions?',
  ask: ({ inviter, email }: { inviter: string; email: string }) =>
    `Ask ${inviter} at ${email}, or reply to this email.`,

  requested: ({ person, clinic, moment }: { person: string; clinic: string; moment: string }) =>
    `${person} asked for a new invitation to ${clinic} on ${moment}.`,
  opened: ({ email }: { email: string }) => `The link they opened was sent to ${email} and no longer works.`,
  corrected: ({ email }: { email: string }) =>
    `Their address is now ${email}, and a new invitation will be sent there.`,
  because: ({ inviter }: { inviter: string }) =>
    `You’re receiving this because ${inviter}, who sent that invitation, can no longer send one.`,
  resend: 'To send a new one, open this page and press Resend invitation email:',
  replies: ({ email }: { email: string }) => `If you reply to this email, your reply goes to ${email}.`,
  onceAnHour: 'You don’t need to do anything. You’ll get at most one of these emails an hour.',
}
