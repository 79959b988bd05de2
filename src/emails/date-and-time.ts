const formatters = new Map<string, Intl.DateTimeFormat>()

/** Like "Tuesday 1 December 2026, 2:30 pm (Australian Eastern Daylight Time)". */
export function dateAndTime(date: Date, timeZone: string): string {
  const parts = formatter(timeZone).formatToParts(date)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? ''
  const day = `${part('weekday')} ${part('day')} ${part('month')} ${part('year')}`
  return `${day}, ${part('hour')}:${part('minute')} ${part('dayPeriod')} (${part('timeZoneName')})`
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-AU', {
      timeZone,
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      hour12: true,
      timeZoneName: 'long',
    })
    formatters.set(timeZone, formatter)
  }
  return formatter
}
