const formatters = new Map<string, Intl.DateTimeFormat>()

/** Creating an Intl formatter costs more than a whole page, so keep one for each time zone and format. */
function formatter(timeZone: string, shape: keyof typeof SHAPES): Intl.DateTimeFormat {
  const key = `${shape} ${timeZone}`
  const kept = formatters.get(key)
  if (kept) return kept
  const made = new Intl.DateTimeFormat('en-AU', { timeZone, ...SHAPES[shape] })
  formatters.set(key, made)
  return made
}

const SHAPES = {
  day: { day: 'numeric', month: 'short', year: 'numeric' },
  moment: {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  },
  short: { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' },
  clock: { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' },
  time: { hour: 'numeric', minute: '2-digit' },
  dayOfYear: { day: 'numeric', month: 'short' },
  numbers: { year: 'numeric', month: '2-digit', day: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

/** Keeps 24 Nov and 2:30 pm AEDT on one line. */
function format(shape: keyof typeof SHAPES, date: Date, timeZone: string): string {
  const words = formatter(timeZone, shape).format(date)
  return words.replace(/(?<=\d) (?=[ap]m|[A-Z])|(?<=[ap]m) /g, '\u00a0')
}

const QUARTER_HOUR_MS = 15 * 60_000
const KEPT_DAYS_MAX = 20_000

const keptDays = new Map<string, string>()

/** Such as 24 Nov 2026. Kept, as a list has fifty; in every time zone a day begins with a quarter of an hour. */
export function formatDay(date: Date, timeZone: string): string {
  const key = `${Math.floor(date.getTime() / QUARTER_HOUR_MS)} ${timeZone}`
  const kept = keptDays.get(key)
  if (kept) return kept
  if (keptDays.size >= KEPT_DAYS_MAX) keptDays.clear()
  const made = format('day', date, timeZone)
  keptDays.set(key, made)
  return made
}

/** A day without a time, such as 2026-11-24, in the same words. */
export function plainDay(day: string): string {
  return formatDay(new Date(`${day}T00:00:00Z`), 'UTC')
}

/** Such as 3 Dec; with the year where it isn't this one. */
export function nearDay(day: string, now = new Date()): string {
  const isThisYear = day.startsWith(`${now.getUTCFullYear()}-`)
  return isThisYear ? format('dayOfYear', new Date(`${day}T00:00:00Z`), 'UTC') : plainDay(day)
}

/** The day that it is somewhere, such as 2026-11-24. */
export function dayAt(date: Date, timeZone: string): string {
  const parts = Object.fromEntries(
    formatter(timeZone, 'numbers')
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  )
  return `${parts.year}-${parts.month}-${parts.day}`
}

/** Such as Tuesday 24 November 2026 at 2:30 pm AEDT, for deadlines. */
export function formatMoment(date: Date, timeZone: string): string {
  return format('moment', date, timeZone)
}

/** Such as 2:30 pm AEDT. */
export function formatClock(date: Date, timeZone: string): string {
  return format('clock', date, timeZone)
}

/** Such as 24 Nov, 2:30 pm, for lists. */
export function formatShort(date: Date, timeZone: string): string {
  return format('short', date, timeZone)
}

/** A time as people say it, for machines, and in full. */
export interface Dated {
  iso: string
  words: string
  exact: string
}

export function dated(date: Date, timeZone: string, now = new Date()): Dated {
  return {
    iso: date.toISOString(),
    words: nearWords(date, timeZone, now),
    exact: formatMoment(date, timeZone),
  }
}

/** Such as today at 2:30 pm; without the time after a year. */
function nearWords(date: Date, timeZone: string, now: Date): string {
  const day = formatDay(date, timeZone)
  const { today, yesterday } = daysAround(now, timeZone)
  if (day !== today && day !== yesterday)
    return Math.abs(now.getTime() - date.getTime()) < YEAR_MS ? formatShort(date, timeZone) : day
  return `${day === today ? 'today' : 'yesterday'} at ${format('time', date, timeZone)}`
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const YEAR_MS = 365 * DAY_MS

const days = new Map<string, { minute: number; today: string; yesterday: string }>()

/** A page needs them for each line, but they change only once a day. */
function daysAround(now: Date, timeZone: string) {
  const minute = Math.floor(now.getTime() / MINUTE_MS)
  const kept = days.get(timeZone)
  if (kept?.minute === minute) return kept
  const today = formatDay(now, timeZone)
  const made = { minute, today, yesterday: formatDay(new Date(now.getTime() - DAY_MS), timeZone) }
  days.set(timeZone, made)
  return made
}

/** For spreadsheets and for people in other time zones, such as 2026-11-24 09:05. */
export function utcMinute(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T', ' ')
}
