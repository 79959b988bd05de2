import { counted } from '../numbers.ts'
import { USER_FIELDS } from '../user-fields.ts'
import { clinics } from './clinics.ts'
import { labels } from './labels.ts'

/** The clinic’s general settings. */
export const clinic = {
  title: 'Clinic',
  name: clinics.name,
  country: 'Country',
  countryHint: 'Phone numbers without a country code are treated as numbers in this country.',
  chooseCountry: 'Choose a country from the list.',
  timeZone: USER_FIELDS.timeZone.label,
  idle: 'Sign people out after',
  idleHint: 'Everyone is signed out after 12 hours regardless.',
  chooseIdle: 'Choose a time.',
  minutes: (minutes: number) =>
    minutes % 60 === 0 ? counted(minutes / 60, 'hour', 'hours') : counted(minutes, 'minute', 'minutes'),
  save: labels.saveChanges,
  saved: 'Clinic settings saved.',
  idleChange: {
    heading: 'Change when people are signed out',
    consequence: ({ time }: { time: string }) => `Everyone will be signed out after ${time} of inactivity.`,
    now: 'Signed out after, now',
    next: 'Signed out after, new',
  },
}
