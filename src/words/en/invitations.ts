import { plainDay } from '../dates.ts'

type Clinic = { clinicName: string }
type Inviter = { inviter: string }

const title = ({ clinicName }: Clinic) => `Join ${clinicName}`

/** Behind the link of an invitation. */
export const invitations = {
  join: {
    title,
    lead: ({ inviter, invitee, clinicName, role }: Clinic & Inviter & { invitee: string; role: string }) =>
      `${inviter} has invited you, ${invitee}, to join ${clinicName} as ${role}.`,
    password: 'Create a password',
    button: title,
    until: (moment: string) => `This invitation is valid until ${moment}.`,
    startsLater: (day: string) => `You can create your password now, and sign in from ${plainDay(day)}.`,
    doneEarly: ({ clinicName, name, day }: Clinic & { name: string; day: string }) =>
      `Welcome to ${clinicName}, ${name}. Your password is saved. You can sign in from ${plainDay(day)}.`,
    done: ({ clinicName, name, welcome }: Clinic & { name: string; welcome: string }) =>
      `Welcome to ${clinicName}, ${name}. ${welcome}`,
  },
  signedIn: ({ name, email, clinicName }: Clinic & { name: string; email: string }) =>
    `This invitation to join ${clinicName} is for ${name} (${email}). To use it, sign out first.`,
  used: {
    title: 'This invitation has been used',
    text: 'You’ve already joined. Sign in with the password you created.',
  },
  superseded: {
    title: 'A newer invitation was sent',
    text: ({ clinicName, sentAt }: Clinic & { sentAt: string }) =>
      `We sent you a newer invitation to ${clinicName} on ${sentAt}. Use the link in the latest email.`,
  },
  expired: {
    title: 'This invitation has expired',
    text: ({ inviter, clinicName, until }: Clinic & Inviter & { until: string }) =>
      `It was valid until ${until}. Ask ${inviter} at ${clinicName} to send you a new one.`,
  },
  ended: {
    title: 'Your access has ended',
    text: ({ inviter, clinicName }: Clinic & Inviter) =>
      `The time for which you had access to ${clinicName} is over. If you still need it, ask ${inviter}.`,
  },
  revoked: {
    title: 'This invitation was cancelled',
    askInviter: ({ inviter, clinicName }: Clinic & Inviter) =>
      `This invitation to join ${clinicName} can no longer be used. If you think that’s a mistake, ask ${inviter}.`,
    askAnyone: ({ clinicName }: Clinic) =>
      `This invitation to join ${clinicName} can no longer be used. If you still need an account, request a new invitation below. We’ll tell someone at ${clinicName} who can send one.`,
  },
  alreadyJoined: 'Already joined?',
  request: 'Request a new invitation',
  requested: {
    title: 'Thank you',
    text: 'If you can be invited, we’re emailing the people who can send an invitation (at most once an hour).',
    next: 'The new invitation will come by email. Use the link in the latest one.',
  },
}
