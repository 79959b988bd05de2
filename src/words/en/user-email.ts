import { labels } from './labels.ts'

type Name = { name: string }
type Email = { email: string }

/** Another email address for a user: corrected, changed, replaced or freed by an administrator. */
export const userEmail = {
  enter: 'Enter an email address.',
  withdraw: labels.cancelEmailChange,
  withdrawal: (isWithdrawn: boolean): ['notice' | 'warning', string] =>
    isWithdrawn
      ? ['notice', 'Email change cancelled. The link in the email no longer works.']
      : ['warning', 'There’s no pending email change.'],

  correct: {
    title: ({ name }: Name) => `Correct ${name}’s email address`,
    hint: 'We’ll send a new invitation to this address. The old link will stop working.',
    consequence: 'The old link will stop working, and we’ll send a new invitation to the new address.',
    button: 'Save and send invitation',
  },
  change: {
    title: ({ name }: Name) => `Change ${name}’s email address`,
    hint: ({ name }: Name) =>
      `We’ll send a link to this address. It changes once ${name} opens the link and signs in.`,
    consequence: ({ name }: Name) =>
      `We’ll email a link to the new address and a notice to the current one. The change takes effect when ${name} signs in and confirms it, within 24 hours.`,
    done: ({ name, email }: Name & Email) =>
      `We’re emailing ${email}. The address changes once ${name} confirms it there.`,
  },

  replace: {
    link: 'They can’t sign in and no longer have access to their old mailbox',
    title: ({ name }: Name) => `Replace ${name}’s email address`,
    lead: ({ email }: Email) => `Only for someone who can no longer sign in or read ${email}.`,
    makeSure: ({ name }: Name) => `Make sure it’s really ${name}.`,
    call: (phones: string[]) =>
      `Call the number you have on file: ${phones.join(' or ')}. Don’t use a number from the message that asks for this.`,
    meet: 'There’s no phone number on file, so meet them, or ask someone who knows them.',
    hint: ({ name }: Name) =>
      `We’ll send a link here. ${name} will use it to choose a new password, and then sign in with this address.`,
    question: 'How did you make sure who it is?',
    questionHint: labels.keptUnderActivity,
    missing: 'Choose how you made sure who it is.',
    answers: {
      phone: 'I called the number on file',
      'in person': labels.sawThem,
      'not yet': 'I haven’t been able to',
    },
    atOnce: 'The link works immediately.',
    later: (hours: number) => `The link works in ${hours} hours, unless someone at the old address stops it.`,
    said: 'Made sure who it is',
    saidAnswers: {
      phone: 'Called on the number on file',
      'in person': 'Seen in person',
      'not yet': 'Not yet',
      other: labels.anotherWay,
    },
    consequence: ({ name, waitHours }: Name & { waitHours: number | null }) =>
      `The link at the new address will work ${waitHours === null ? 'immediately' : `${waitHours} hours from now`}. ${name} will use it to choose a new password, be signed out everywhere, and sign in with the new address from then on. We’ll notify the old address, where this can be stopped.`,
    done: ({ name, email }: Name & Email) =>
      `We’re emailing a link to ${email} and a notice to the old address. ${name} can use the link to choose a new password.`,
  },

  free: {
    button: 'Free this email address',
    heading: ({ name }: Name) => `Free ${name}’s email address`,
    consequence: ({ name, email }: Name & Email) =>
      `Someone else will be able to sign in with ${email}. What ${name} did stays under their name, and you’ll need another address to reactivate them.`,
    done: ({ email }: Email) => `${email} is now free. You can add someone else with it.`,
  },
}
