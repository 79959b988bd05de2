import { labels } from './labels.ts'

type Email = { email: string }
type Clinic = { clinicName: string }
type Requester = { requester: string }
type Asked = { isForAdministrator: boolean }

/** An administrator is not sent to an administrator. */
const helper = ({ isForAdministrator }: Asked) =>
  isForAdministrator ? 'the person who runs Frontdesk' : 'an administrator at your clinic'

const taken = ({ clinicName, email }: Email & Clinic) =>
  `Someone else at ${clinicName} now uses ${email}, so your address hasn’t changed.`

const expired = labels.linkExpired
const noLongerWorks = labels.linkDead
const newerLink = { title: 'There’s a newer link', text: 'Use the link in the latest email.' }

/** A new address, confirmed by the person who asked for it. */
export const confirmEmail = {
  title: 'Confirm your new email address',
  current: labels.currentEmail,
  new: labels.newEmail,
  consequence: 'You’ll sign in with the new address. Your other devices will be signed out.',
  button: labels.confirmEmail,
  notNow: 'Not now',
  ofSomeoneElse: ({ name }: { name: string }) => `This link is for ${name}, to confirm a new address.`,
  taken,
  done: ({ email }: Email) => `You now sign in with ${email}. Your other devices have been signed out.`,
  used: { title: 'This address is confirmed', text: 'Sign in with it.' },
  expired: {
    title: expired,
    text: 'Confirmation links work for 24 hours. Request the change again under My details.',
  },
  superseded: {
    title: newerLink.title,
    text: 'You’ve since requested a different address. Use the link in the latest email.',
  },
  withdrawn: {
    title: noLongerWorks,
    text: 'The email change was cancelled. Your sign-in address hasn’t changed.',
  },
}

/** A new address and a password for somebody who lost the mailbox, behind the link sent to the new one. */
export const newMailbox = {
  title: labels.choosePassword,
  consequence: ({ email }: Email) =>
    `You’ll no longer sign in with ${email}, and you’ll be signed out everywhere.`,
  button: 'Change address and password',
  taken: ({ requester, ...values }: Email & Clinic & Requester) => `${taken(values)} Tell ${requester}.`,
  done: ({ email }: Email) => `Sign in with ${email} and your new password.`,
  early: {
    title: 'This link doesn’t work yet',
    text: ({ usableFrom, requester }: Requester & { usableFrom: string }) =>
      `It works from ${usableFrom}. Open the link in your email again then, or ask ${requester} to call you.`,
  },
  used: {
    title: labels.linkUsed,
    text: (asked: Asked) =>
      `It has been used to choose a password. Sign in with your new address. Wasn’t you? Tell ${helper(asked)} right away.`,
  },
  expired: {
    title: expired,
    text: ({ requester }: Requester) => `Ask ${requester} to send you another one.`,
  },
  superseded: { title: newerLink.title, text: () => newerLink.text },
  withdrawn: {
    title: noLongerWorks,
    text: (asked: Asked) =>
      `The change was stopped, you’ve signed in since, or the person who requested it can no longer do so. Contact ${helper(asked)}.`,
  },
}

/** The same, behind the link sent to the old mailbox. */
export const stopReplacement = {
  title: 'Keep your address',
  text: {
    before: ({ requester }: Requester) => `${requester} was told that you no longer read `,
    between: ' and can’t sign in. Your account is about to get ',
    after: ' and a new password instead.',
  },
  ask: 'If you didn’t ask for that, stop it.',
  button: 'Stop it, and keep my address',
  withdrawn: {
    title: 'Your address hasn’t changed',
    text: (asked: Asked) =>
      `The link to the new address no longer works. Tell ${helper(asked)} that you didn’t ask for it.`,
  },
  used: {
    title: 'It’s too late to stop this',
    text: (asked: Asked) =>
      `The address has already been replaced. If you didn’t ask for that, call ${helper(asked)} right away.`,
  },
  expired: {
    title: 'There’s nothing left to stop',
    text: () => 'The link to the new address has expired. Your address hasn’t changed.',
  },
  superseded: { title: 'There’s a newer request', text: () => newerLink.text },
}
