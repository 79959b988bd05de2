import { USER_FIELDS } from '../user-fields.ts'
import { confirmEmail } from './email-changes.ts'
import { labels } from './labels.ts'
import { layout } from './layout.ts'

/** What people see and change of themselves. */
export const myDetails = {
  title: layout.myDetails,
  lead: ({ role, explanation }: { role: string; explanation: string }) => `${role}: ${explanation}`,
  cancelEmailChange: labels.cancelEmailChange,
  roles: labels.seeRoles,
  edit: { title: 'Edit your details', button: labels.saveChanges, done: labels.changesSaved },

  email: {
    title: 'Change your email address',
    label: USER_FIELDS.email.label,
    hint: 'We’ll send a confirmation link to this address. Use your current address until you confirm.',
    startAgain: labels.startAgain,
    current: confirmEmail.current,
    new: confirmEmail.new,
    consequence:
      'We’ll email a link to the new address and a notice to the current one. The change takes effect when you confirm it, within 24 hours.',
    button: labels.sendLink,
    done: ({ email }: { email: string }) =>
      `We’re emailing a link to ${email}. Your address changes once you confirm it there.`,
  },

  password: {
    heading: 'Password',
    title: 'Change your password',
    lead: 'Your other devices will be signed out, and we’ll email you about the change.',
    button: labels.changePassword,
    forgotten: `Forgotten it? Sign out and choose “${labels.forgotten}” on the sign-in page.`,
    done: 'Your password has been changed. Your other devices have been signed out.',
  },

  secondStep: { on: 'Two-step sign-in is on', off: labels.setUpTwoStep },

  devices: {
    heading: 'Your devices',
    this: 'This device',
    other: 'Another device',
    active: ({ device, ago }: { device: string; ago: string }) => `${device}, last active ${ago}`,
    lastActive: (ago: string) => `Last active ${ago}`,
    signOut: labels.signOut,
    signOutThis: 'this device',
    signOutOther: 'Sign out another device',
    signOutElsewhere: 'Sign out everywhere else',
    consequence: 'Signing in there again will take a password. This device stays signed in.',
    done: 'That device has been signed out.',
    doneElsewhere: 'Your other devices have been signed out.',
  },
}
