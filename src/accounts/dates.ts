const formatters = new Map<string, Intl.DateTimeFormat>()

/** Making an Intl formatter costs more than a whole page; one is kept for each zone and shape. */
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
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

/** Like 24 Nov 2026. */
export function formatDay(date: Date, timeZone: string): string {
  return formatter(timeZone, 'day').format(date)
}

/** Like Tuesday 24 November 2026 at 2:30 pm AEDT: for every time that somebody must keep. */
export function formatMoment(date: Date, timeZone: string): string {
  return formatter(timeZone, 'moment').format(date)
}

/** Like 2:30 pm AEDT. */
export function formatClock(date: Date, timeZone: string): string {
  return formatter(timeZone, 'clock').format(date)
}

/** Like 24 Nov, 2:30 pm: where many stand together. */
export function formatShort(date: Date, timeZone: string): string {
  return formatter(timeZone, 'short').format(date)
}
