type Name = { name: string }
type Email = { email: string }

/** A user's page: what it shows, and what its buttons do. */
export const userPage = {
  edit: 'Edit',
  activity: ({ name }: Name) => `Activity by and about ${name}`,
  blocked: (since: string) => `Blocked since ${since}.`,
  pending: ({ email, until }: Email & { until: string }) =>
    `Waiting for ${email} to be confirmed (expires ${until}).`,
  freed: (at: string) => `Freed for someone else on ${at}, and kept here as history.`,

  emails: {
    title: ({ name }: Name) => `Emails to ${name}`,
    none: ({ name }: Name) => `No emails yet. Emails to ${name} and their delivery status will appear here.`,
    to: (email: string) => `To ${email}`,
  },

  invitation: {
    sentTo: 'Invitation sent to',
    by: ({ inviter, at }: { inviter: string; at: string }) => `by ${inviter} on ${at},`,
    cancelled: (at: string) => `cancelled on ${at}.`,
    expired: (at: string) => `expired on ${at}.`,
    valid: (at: string) => `valid until ${at}.`,
    inviterUnable: ({ inviter }: { inviter: string }) =>
      `${inviter} can no longer send it, so its link doesn’t work.`,
    requested: ({ name, at }: Name & { at: string }) => `${name} asked for a new invitation on ${at}.`,
    resend: 'Resend invitation email',
    next: (at: string) => `You can send another invitation after ${at}.`,
    resent: ({ email }: Email) => `We’re sending a new invitation to ${email}. The old link no longer works.`,
    cancel: 'Cancel invitation',
    done: ({ email }: Email) => `The invitation to ${email} has been cancelled.`,
  },

  signOut: {
    button: 'Sign out everywhere',
    heading: ({ name }: Name) => `Sign ${name} out everywhere`,
    consequence: ({ name }: Name) =>
      `${name} will be signed out on every device, and can sign in again with the same password.`,
    done: ({ name }: Name) => `${name} has been signed out everywhere.`,
  },
  passwordLink: {
    button: 'Send a link to choose a new password',
    heading: ({ name }: Name) => `Send ${name} a link to choose a new password`,
    consequence: ({ email, minutes }: Email & { minutes: number }) =>
      `We’ll email a link to ${email}. It works once, for ${minutes} minutes. The current password works until then.`,
    done: ({ email }: Email) => `We’re emailing ${email} a link to choose a new password.`,
  },

  deactivate: {
    button: 'Deactivate',
    heading: ({ name }: Name) => `Deactivate ${name}`,
    consequence: ({ name }: Name) =>
      `${name} will be signed out everywhere and won’t be able to sign in. Invitations to and from ${name} will stop working. Nothing is deleted, and you can reactivate ${name} at any time.`,
    done: ({ name }: Name) => `${name} has been deactivated and signed out everywhere.`,
  },
  reactivate: {
    button: 'Reactivate',
    title: ({ name }: Name) => `Reactivate ${name}`,
    lead: ({ email }: Email) => `Their old address, ${email}, was freed for someone else.`,
    hint: ({ name }: Name) =>
      `We’ll email a link to choose a new password here. ${name} will use this address to sign in.`,
    consequence: ({ name }: Name) =>
      `${name} will get their role and details back, and an email with a link to choose a new password.`,
    done: ({ name, email }: Name & Email) =>
      `${name} has been reactivated. We’re emailing ${email} a link to choose a new password.`,
  },

  owner: {
    make: 'Make owner',
    giveUp: 'Give up ownership',
    heading: ({ name }: Name) => `Make ${name} an owner`,
    consequence: ({ name }: Name) =>
      `Only owners will be able to manage ${name}’s account, and only ${name} can undo this.`,
    givingUp:
      'Other administrators will be able to manage your account. Only an owner can make you one again.',
    made: ({ name }: Name) => `${name} is now an owner.`,
    givenUp: 'You’re no longer an owner.',
  },
}
