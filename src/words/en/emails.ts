type Clinic = { clinic: string }

/** What is the same in every email, and what each is called in a person’s mailbox. */
export const emails = {
  greeting: ({ firstName }: { firstName: string }) => `Hello ${firstName},`,
  copy: 'Or copy this address into your browser:',
  wasNotYou: 'Wasn’t you?',
  unexpected: 'Not expecting this?',
  unrequested: 'Didn’t request this?',
  nothingChanges: 'You don’t need to do anything. Nothing changes unless the link is used.',

  subjects: {
    invitation: {
      named: ({ clinic }: Clinic) => `You're invited to join ${clinic}`,
      plain: 'Your invitation to Frontdesk',
    },
    invitationRequest: {
      named: ({ clinic }: Clinic) => `New ${clinic} invitation requested`,
      plain: 'New Frontdesk invitation requested',
    },
    newPassword: {
      named: ({ clinic }: Clinic) => `Choose a new password for ${clinic}`,
      plain: 'Choose a new password for Frontdesk',
    },
    passwordChanged: {
      named: ({ clinic }: Clinic) => `Your password for ${clinic} was changed`,
      plain: 'Your password for Frontdesk was changed',
    },
    accountLocked: {
      named: ({ clinic }: Clinic) => `Incorrect passwords for your ${clinic} account`,
      plain: 'Incorrect passwords for your Frontdesk account',
    },
    emailChange: {
      named: ({ clinic }: Clinic) => `Confirm your new email address for ${clinic}`,
      plain: 'Confirm your new email address for Frontdesk',
    },
    emailChangeRequested: {
      named: ({ clinic }: Clinic) => `Your ${clinic} email change request`,
      plain: 'Your Frontdesk email change request',
    },
    emailChanged: {
      named: ({ clinic }: Clinic) => `Your email address for ${clinic} was changed`,
      plain: 'Your email address for Frontdesk was changed',
    },
    emailReplacementNotice: {
      named: ({ clinic }: Clinic) => `Your email address for ${clinic} is about to be replaced`,
      plain: 'Your email address for Frontdesk is about to be replaced',
    },
  },
}
