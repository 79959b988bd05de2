import { counted } from '../numbers.ts'
import { labels } from './labels.ts'
import { links } from './links.ts'

type Email = { email: string }

/** Which clinics am I in? At the bare host. */
export const findClinic = {
  title: labels.findClinic,
  lead: 'Enter the address that you sign in with. We’ll email you a list of your clinics.',
  button: 'Email me the list',
  signUp: 'Set up a new clinic',
  asked: {
    title: labels.checkYourEmail,
    text: 'A list of your clinics is on its way. If it doesn’t arrive within a few minutes, check your spam folder, or try another address in 15 minutes.',
  },
  own: {
    title: labels.yourClinics,
    lead: ({ email }: Email) => `Clinics where ${email} has an account.`,
    none: ({ email }: Email) => `No clinic has an account for ${email}.`,
    other: 'Another address',
    forget: 'Forget this address',
    forgetHint: 'Do this before someone else uses this browser.',
  },
  found: {
    keep: 'Keep this list in this browser',
    keepHint: ({ days }: { days: number }) =>
      `For ${days} days, “${labels.yourClinics}” shows it without an email. Don’t do this on a shared computer.`,
  },
  closed: {
    title: links.unknown.title,
    text: 'It may be older than a day. Ask for the list again.',
    again: 'Find your clinic again',
  },
  email: {
    found: 'You can sign in at:',
    none: 'No clinic here has an account for this address. Perhaps your clinic knows you by another address; its administrator can tell you.',
    keep: ({ hours }: { hours: number }) =>
      `To see this list without an email, keep it in your browser. This link works for ${counted(hours, 'hour', 'hours')}:`,
    ignore: 'You can ignore this email. Only you have received the list.',
  },
}
