import { labels } from './labels.ts'

type Where = { email: string; clinic: string; moment: string }
type Person = { person: string; clinic: string }

/** The emails about signing in with a second step. */
export const twoStepEmails = {
  changed: {
    'app added': ({ email, clinic, moment }: Where) =>
      `An app with codes was added to ${email} at ${clinic} on ${moment}. Your other devices were signed out.`,
    'app removed': ({ email, clinic, moment }: Where) =>
      `An app with codes was removed from ${email} at ${clinic} on ${moment}. Your other devices were signed out.`,
    'passkey added': ({ email, clinic, moment }: Where) =>
      `A passkey was added to ${email} at ${clinic} on ${moment}. Your other devices were signed out.`,
    'passkey removed': ({ email, clinic, moment }: Where) =>
      `A passkey was removed from ${email} at ${clinic} on ${moment}. Your other devices were signed out.`,
    'codes made': ({ email, clinic, moment }: Where) =>
      `New recovery codes were made for ${email} at ${clinic} on ${moment}. The old ones no longer work.`,
    'code used': ({ email, clinic, moment }: Where) =>
      `Someone signed in to ${clinic} as ${email}, or confirmed a change, with one of your recovery codes on ${moment}.`,
    reset: ({ email, clinic, moment }: Where) =>
      `An administrator reset the two-step sign-in of ${email} at ${clinic} on ${moment}. You’ve been signed out everywhere. A second email has a link to set it up again.`,
  },
  notYou: 'Tell an administrator at your clinic at once, and choose a new password:',

  link: {
    required: ({ clinic }: { clinic: string }) =>
      `Signing in to ${clinic} now takes a second step: after your password, you enter a code from an app on your phone. Set up your phone here.`,
    reset: ({ clinic }: { clinic: string }) =>
      `Your two-step sign-in at ${clinic} was reset. Set up your phone here to sign in again.`,
    asked: ({ clinic }: { clinic: string }) =>
      `An administrator of ${clinic} asks you to set up two-step sign-in: after your password, you enter a code from an app on your phone.`,
    button: labels.setUpTwoStep,
    once: ({ hours, until }: { hours: number; until: string }) =>
      `This link is for you alone. It works once, together with your password, for ${hours} hours, until ${until}.`,
    unexpected:
      'Someone who knows your password may have tried to sign in. Choose a new one, and tell an administrator at your clinic.',
  },

  asked: ({ person, clinic }: Person) =>
    `The correct password for ${clinic} was entered by ${person}, who has neither their phone nor a recovery code.`,
  askedWhatToDo: ({ person }: { person: string }) =>
    `First make sure that it’s really ${person}: see them in person, or call them on a number you know. Never act on a call that you receive. Then open their page and reset their two-step sign-in:`,
  resetFor: ({ administrator, person, clinic, moment }: Person & { administrator: string; moment: string }) =>
    `The two-step sign-in of ${person} at ${clinic} was reset by ${administrator} on ${moment}.`,
  resetHow: ({ how }: { how: string }) => `How they made sure that it was the right person: ${how}`,
  resetWrong: 'If that’s not right, deactivate the account and ask them about it:',

  browser: ({ email, clinic, device, moment }: Where & { device: string }) =>
    `Someone signed in to ${clinic} as ${email} with ${device} on ${moment}, for the first time in that browser.`,
}
