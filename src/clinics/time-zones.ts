import countriesAndTimezones from 'countries-and-timezones'

/** IANA names that this Node can format dates in. */
export const TIME_ZONES: readonly string[] = [
  'UTC',
  ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC'),
]

const known = new Set(TIME_ZONES)

export function isTimeZone(name: string): boolean {
  return known.has(name)
}

export function ownTimeZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  return isTimeZone(timeZone) ? timeZone : 'UTC'
}

const DEFAULT_COUNTRY = 'AU'

/** ISO 3166 code of a time zone's country; the main one if it spans several. */
export function countryOf(timeZone: string): string {
  return countriesAndTimezones.getTimezone(timeZone)?.countries[0] ?? DEFAULT_COUNTRY
}
