import { type OutageCode, outages } from './email-failures.ts'
import { labels } from './labels.ts'

/** What stands around every page. */
export const layout = {
  skip: 'Skip to main content',
  mainNavigation: 'Main',
  settings: 'Settings',
  settingsNavigation: 'Settings',
  users: labels.users,
  clinic: 'Clinic',
  activity: 'Activity',
  roles: labels.roles,
  myDetails: 'My details',
  yourClinics: labels.yourClinics,
  signOut: labels.signOut,
  error: 'Error: ',
  outageSince: (since: string) => `Frontdesk has been unable to send email since ${since}.`,
  outage: (reason: OutageCode) =>
    `${outages[reason]} Emails are queued and will be sent automatically once this is fixed. Contact the person who runs Frontdesk.`,
  help: {
    fromOperator: 'Need help? Contact the person who runs Frontdesk.',
    fromColleague: 'Need help? Contact an administrator at your clinic.',
  },
  idle: {
    label: 'Signing out',
    soon: 'You’ll be signed out in one minute because you’ve been inactive.',
    stay: 'Stay signed in',
    ended:
      'You’ve been signed out. Your form is still here. Submit it, sign in, and we’ll restore what you typed.',
    back: 'Back to the form',
  },
}
