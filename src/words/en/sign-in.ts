import { USER_FIELDS } from '../user-fields.ts'
import { labels } from './labels.ts'

/** Signing in and out, a forgotten password, and a form that outlived its session. */
export const signIn = {
  title: labels.signIn,
  email: USER_FIELDS.email.label,
  enterEmail: 'Enter your email address.',
  notAnEmail: 'That’s not an email address.',
  button: labels.signIn,
  forgotten: labels.forgotten,
  back: 'Back to sign in',
  interrupted: 'You’ve been signed out. Sign in and we’ll restore what you typed.',
  fileLost:
    'You’ve been signed out. Sign in and we’ll restore what you typed, but not the file. You’ll need to choose it again.',
  tooLong: 'You’ve been signed out. What you submitted was too long to keep. Please enter it again.',
  confirmer: ({ name }: { name: string }) =>
    `${name}, sign in with your current address to confirm the new one.`,
  noCookies: {
    strong: 'Cookies must be enabled.',
    text: 'You weren’t signed in, because your browser didn’t keep our cookie. Allow cookies for this site, then sign in again.',
  },
  signedOut: 'You’ve been signed out.',

  continue: {
    title: 'Welcome back',
    text: 'Your session expired. What you typed has been kept but not submitted.',
    button: labels.continue,
    discard: 'Discard',
  },

  forgot: {
    title: labels.forgotten,
    text: 'Enter the email address you sign in with and we’ll send you a link to choose a new password.',
    button: labels.sendLink,
  },
  requested: {
    title: labels.checkYourEmail,
    text: 'If there’s an account for that address, we’re sending a link to it. If you haven’t joined yet, we’re resending your invitation.',
    nothing:
      'Nothing after a few minutes? Check your junk folder, and that the address is the one you sign in with. We send at most three emails an hour to each address.',
  },
  reset: {
    title: labels.choosePassword,
    consequence: 'You’ll be signed out everywhere and can then sign in with your new password.',
    button: labels.changePassword,
    done: 'Your password has been changed. Sign in with the new one.',
    requestNew: 'Request a new link',
    closed: {
      used: {
        title: labels.linkUsed,
        text: 'It has been used to change the password. If that wasn’t you, request a new link now.',
      },
      expired: { title: labels.linkExpired, text: 'Password links work for 30 minutes.' },
      closed: {
        title: labels.linkDead,
        text: 'Your account has changed since this link was sent.',
      },
    },
  },
}
