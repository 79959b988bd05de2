import { counted } from '../numbers.ts'
import { clinics } from './clinics.ts'
import { labels } from './labels.ts'
import { links } from './links.ts'
import { setUp } from './set-up.ts'

/** Setting up a clinic beside others, at the bare host. */
export const newClinic = {
  ask: {
    title: setUp.title,
    lead: 'We’ll email you a link to set it up.',
    button: labels.sendLink,
  },
  asked: {
    title: labels.checkYourEmail,
    text: 'The link to set up your clinic is on its way. If it doesn’t arrive within a few minutes, check your spam folder.',
  },
  label: clinics.label,
  labelHint: ({ hosts }: { hosts: string }) =>
    `Your clinic will be at this address, followed by .${hosts}. Use 3 to 40 lower-case letters, numbers and hyphens.`,
  enterLabel: 'Enter the web address.',
  ready: {
    title: 'Your clinic is ready',
    text: 'This is its address. Everyone who works there signs in here:',
  },
  closed: {
    unknown: links.unknown,
    expired: {
      title: labels.linkExpired,
      text: 'Ask the person who runs Frontdesk for a new one.',
    },
  },
  email: {
    text: 'With this link, you can set up a clinic in Frontdesk. You’ll be its first administrator and its owner.',
    button: setUp.button,
    valid: ({ days }: { days: number }) => `The link works once, for ${counted(days, 'day', 'days')}.`,
    ignore: 'You can ignore this email. Nothing is set up unless the link is used.',
  },
}
