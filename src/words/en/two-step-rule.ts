import { counted } from '../numbers.ts'
import { labels } from './labels.ts'

/** Who needs two-step sign-in, and from when. */
export const rule = {
  open: 'Choose who needs two-step sign-in',
  lead: 'Someone who learns a password can’t get in with it alone.',
  ownFirst: 'First, your own.',
  who: 'Who needs two-step sign-in?',
  whoHint: 'Anyone can use it, whatever you choose here.',
  choose: 'Choose who needs two-step sign-in.',
  rules: {
    nobody: { label: 'Nobody', hint: 'People can turn it on for themselves.' },
    administrators: {
      label: 'Administrators and owners',
      hint: 'They can add people and change their roles.',
    },
    everybody: {
      label: 'Everybody',
      hint: 'From then on, new passwords can be 10 characters long, rather than 15.',
    },
  },
  from: 'From',
  fromHint: 'Until then, people are reminded when they sign in. No one is signed out on the day.',
  badDate: 'Enter a date, such as 2026-12-24.',
  remember: 'Browsers can skip the code',
  rememberHint:
    'Only the code, never the password. People choose it when they enter a code, on a device of their own.',
  rememberChoices: { 0: 'Never', 7: 'For 7 days', 30: 'For 30 days' },
  save: labels.saveChanges,
  heading: 'Change who needs two-step sign-in',
  consequence: (day: string) =>
    `From ${day}, these people need a code from their phone to sign in. Whoever has none yet is emailed a link to set it up when they sign in.`,
  consequenceOff: 'No one will need two-step sign-in. Whoever has turned it on keeps it.',
  saved: 'The rule for two-step sign-in has been saved.',
  lacking: (count: number) => `${counted(count, 'person has', 'people have')} no second step yet`,
  seeAll: 'See them in the list',
  remind: 'Remind them',
  remindHint: 'We’ll email each of them a link to set it up, at most once a day.',
  reminded: (count: number) =>
    count === 0
      ? 'They’ve all been reminded today.'
      : `We’re emailing ${counted(count, 'person', 'people')}.`,
}

/** For whom it comes soon. */
export const banner = {
  due: (day: string) => `From ${day}, you’ll need a code from your phone to sign in.`,
  now: 'You need two-step sign-in from now on.',
  link: labels.setUpTwoStep,
}

/** What an administrator does for someone who has lost their phone. */
export const reset = {
  button: 'Reset two-step sign-in',
  title: ({ name }: { name: string }) => `Reset two-step sign-in for ${name}`,
  lead: ({ name }: { name: string }) =>
    `For a lost or new phone. ${name}’s apps, passkeys and recovery codes will stop working.`,
  sure: 'Be sure that it’s really them.',
  warning:
    'Whoever calls and says they’ve lost their phone may be anybody. Meet them, or ask someone who knows them.',
  call: (phones: string[]) =>
    `Whoever calls and says they’ve lost their phone may be anybody. Call back on the number you have on file: ${phones.join(' or ')}.`,
  howHint: labels.keptUnderActivity,
  how: 'How did you make sure it’s them?',
  choose: 'Say how you made sure it’s them.',
  answers: {
    'in person': labels.sawThem,
    phone: 'I called them on the number on file',
    other: labels.anotherWay,
  },
  next: labels.continue,
  heading: ({ name }: { name: string }) => `Reset two-step sign-in for ${name}`,
  consequence: ({ name, email }: { name: string; email: string }) =>
    `${name} will be signed out everywhere. We’ll email ${email} a link to set it up again, which works for 24 hours together with the password. The other administrators will be told.`,
  done: ({ name, email }: { name: string; email: string }) =>
    `${name}’s two-step sign-in has been reset. We’re emailing a link to ${email}.`,
}
