type Clinic = { clinic: string }

const SET_UP = 'Set up your clinic in Frontdesk'
const YOUR_CLINICS = 'Your clinics in Frontdesk'

/** What is the same in every email, and what each is called in a person’s mailbox. */
export const emails = {
  greeting: ({ firstName }: { firstName: string }) => `Hello ${firstName},`,
  greetingToAnyone: 'Hello,',
  copy: 'Or copy this address into your browser:',
  wasNotYou: 'Wasn’t you?',
  unexpected: 'Not expecting this?',
  unrequested: 'Didn’t request this?',
  nothingChanges: 'You don’t need to do anything. Nothing changes unless the link is used.',

  subjects: {
    accessEnding: {
      named: ({ clinic }: Clinic) => `Someone’s access to ${clinic} ends soon`,
      plain: 'Someone’s access to Frontdesk ends soon',
    },
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
    secondStepChanged: {
      named: ({ clinic }: Clinic) => `Your two-step sign-in for ${clinic} was changed`,
      plain: 'Your two-step sign-in for Frontdesk was changed',
    },
    secondStepLink: {
      named: ({ clinic }: Clinic) => `Set up two-step sign-in for ${clinic}`,
      plain: 'Set up two-step sign-in for Frontdesk',
    },
    secondStepAskedFor: {
      named: ({ clinic }: Clinic) => `Someone at ${clinic} has lost their phone`,
      plain: 'A Frontdesk user has lost their phone',
    },
    secondStepReset: {
      named: ({ clinic }: Clinic) => `Two-step sign-in was reset at ${clinic}`,
      plain: 'Two-step sign-in was reset in Frontdesk',
    },
    clinicClosing: {
      named: ({ clinic }: Clinic) => `${clinic} is about to be deleted from Frontdesk`,
      plain: 'A clinic is about to be deleted from Frontdesk',
    },
    clinicInvitation: { named: () => SET_UP, plain: SET_UP },
    clinicsFound: { named: () => YOUR_CLINICS, plain: YOUR_CLINICS },
    newBrowser: {
      named: ({ clinic }: Clinic) => `New sign-in to your ${clinic} account`,
      plain: 'New sign-in to your Frontdesk account',
    },
    emailReplacementNotice: {
      named: ({ clinic }: Clinic) => `Your email address for ${clinic} is about to be replaced`,
      plain: 'Your email address for Frontdesk is about to be replaced',
    },
  },
}
