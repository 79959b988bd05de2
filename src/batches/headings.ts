import { COLUMN_NAMES, COLUMNS, type Column, plainWord } from './columns.ts'
import type { SpreadsheetRow } from './spreadsheet.ts'

export type Heading = Column | null

export interface Headings {
  /** Which of the filled rows they are, from 0. */
  at: number
  columns: Heading[]
}

/** Titles and notes stand above the headings, but not more of them than this. */
const LOOKED_AT = 10

/** The row that names most columns, looked for above the first row with somebody in it. */
export function findHeadings(rows: SpreadsheetRow[]): Headings | null {
  const firstPerson = rows.findIndex(isPerson)
  const looked = rows.slice(0, Math.min(LOOKED_AT, firstPerson < 0 ? LOOKED_AT : firstPerson))
  const read = looked.map(({ cells }, at) => ({ at, columns: isTitle(cells) ? [] : columnsOf(cells) }))
  const known = ({ columns }: Headings) => columns.filter(Boolean).length
  const best = read.reduce<Headings | null>(
    (best, row) => (!best || known(row) > known(best) ? row : best),
    null,
  )
  return best && known(best) > 0 ? best : null
}

function isTitle(cells: string[]): boolean {
  return cells.filter(Boolean).length < 2
}

function isPerson({ cells }: SpreadsheetRow): boolean {
  return !isTitle(cells) && cells.some((cell) => /\S@\S/.test(cell))
}

/** Where several cells may be one column, the cell with the name that stands first in its list is. */
function columnsOf(cells: string[]): Heading[] {
  const words = cells.map(plainWord)
  const places = new Map<number, Column>()
  for (const column of COLUMN_NAMES) {
    const names = COLUMNS[column].map(plainWord)
    const name = names.find((name) => words.includes(name))
    if (name) places.set(words.indexOf(name), column)
  }
  return cells.map((_, place) => places.get(place) ?? null)
}
