/**
 * The day that somebody typed or a spreadsheet wrote, such as 2026-12-03; null if it's none. Of numbers alone, which is the month
 * is told by the clinic's country.
 */
export function typedDay(text: string, country: string): string | null {
  const parts = partsOf(text.trim().toLowerCase(), country)
  if (!parts) return null
  const { year, month, day } = parts
  const at = new Date(Date.UTC(year < 100 ? 2000 + year : year, month - 1, day))
  const isDay = at.getUTCDate() === day && at.getUTCMonth() === month - 1
  return isDay && YEARS.test(at.toISOString()) ? at.toISOString().slice(0, 10) : null
}

/** Nobody's access begins or ends outside these, and a slip of the finger does. */
const YEARS = /^20\d\d-/

const SEPARATED = '[\\s./,-]+'
const ISO = /^(\d{4})[./-](\d{1,2})[./-](\d{1,2})(?:[t ]00:00(?::00(?:\.0+)?)?z?)?$/
const NUMBERS = new RegExp(`^(\\d{1,2})${SEPARATED}(\\d{1,2})${SEPARATED}(\\d{4}|\\d{2})$`)
const DAY_FIRST = new RegExp(`^(\\d{1,2})(?:st|nd|rd|th)?[\\s./,-]*([a-z]{3,9})${SEPARATED}(\\d{4}|\\d{2})$`)
const MONTH_FIRST = new RegExp(
  `^([a-z]{3,9})${SEPARATED}(\\d{1,2})(?:st|nd|rd|th)?${SEPARATED}(\\d{4}|\\d{2})$`,
)

const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
]

interface Parts {
  year: number
  month: number
  day: number
}

function partsOf(text: string, country: string): Parts | null {
  const iso = ISO.exec(text)
  if (iso) return inOrder(iso[1], iso[2], iso[3])
  const numbers = NUMBERS.exec(text)
  if (numbers)
    return writesMonthFirst(country)
      ? inOrder(numbers[3], numbers[1], numbers[2])
      : inOrder(numbers[3], numbers[2], numbers[1])
  const [, day, name, year] = DAY_FIRST.exec(text) ?? moved(MONTH_FIRST.exec(text))
  const month = MONTHS.findIndex((each) => name && each.startsWith(name)) + 1
  return month > 0 ? inOrder(year, `${month}`, day) : null
}

function moved(found: RegExpExecArray | null): (string | undefined)[] {
  return found ? [found[0], found[2], found[1], found[3]] : []
}

function inOrder(year?: string, month?: string, day?: string): Parts {
  return { year: Number(year), month: Number(month), day: Number(day) }
}

const monthFirst = new Map<string, boolean>()

function writesMonthFirst(country: string): boolean {
  const kept = monthFirst.get(country)
  if (kept !== undefined) return kept
  const [first] = new Intl.DateTimeFormat(`en-${country}`).formatToParts(0)
  monthFirst.set(country, first?.type === 'month')
  return first?.type === 'month'
}
