import { labels } from './labels.ts'

type Where = { email: string; clinic: string }
type Locked = Where & { moment: string; failures: number }

/** The emails about a password: a link to choose a new one, and two notices. */
export const passwordEmails = {
  requested: ({ email, clinic }: Where) =>
    `Someone, probably you, asked to reset the password for ${email} at ${clinic}.`,
  sentBy: ({ requester, email, clinic }: Where & { requester: string }) =>
    `${requester}, an administrator of ${clinic}, sent you this link to choose a new password for ${email}.`,
  button: labels.choosePassword,
  once: ({ minutes, until }: { minutes: number; until: string }) =>
    `This link is for you alone. It works once, for ${minutes} minutes, until ${until}.`,
  stays:
    'You don’t need to do anything. Your password hasn’t changed, and no one can change it without this email.',
  askThem: ({ requester }: { requester: string }) =>
    `Ask ${requester} in person, or call them on a number you know. Your password hasn’t changed, and no one can change it without this email.`,

  changed: ({ email, clinic, moment }: Where & { moment: string }) =>
    `The password for ${email} at ${clinic} was changed on ${moment}. Your other devices have been signed out.`,
  wasYou: 'If this was you, no action is needed.',
  changeNow: 'Tell an administrator at your clinic, and choose a new password now at',

  locked: {
    delayed: ({ email, clinic, moment }: Locked) =>
      `Several incorrect passwords in a row were entered for ${email} at ${clinic}, most recently on ${moment}. Each further attempt now has to wait. No one got in, and your password hasn’t changed.`,
    closed: ({ email, clinic, moment, failures }: Locked) =>
      `Someone entered ${failures} incorrect passwords in a row for ${email} at ${clinic}, most recently on ${moment}. To protect your account, no one can sign in until you choose a new password.`,
    verification: ({ email, clinic, moment }: Locked) =>
      `Five incorrect passwords in a row were entered on a device signed in to ${clinic} as ${email}, most recently on ${moment}. That device was signed out. Nothing was changed.`,
    codes: ({ email, clinic, moment }: Locked) =>
      `Someone entered the correct password for ${email} at ${clinic}, and then three incorrect codes, most recently on ${moment}. They did not get in.`,
  },
  choose: 'Choose a new password:',
  forgotten: 'Forgotten your password? Choose a new one:',
  guessed:
    'Someone may be trying to guess your password. If you use it anywhere else, or if it’s an old one, choose a new one now, and tell an administrator at your clinic.',
  hadDevice:
    'Someone had your unlocked device, or knows your password. Choose a new password now and tell an administrator at your clinic.',
  knowsPassword:
    'Someone knows your password. Choose a new one now, and tell an administrator at your clinic.',
  onceADay: 'You’ll get at most one of these emails a day.',
}
