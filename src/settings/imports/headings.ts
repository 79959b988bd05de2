import { COLUMN_NAMES, COLUMNS, type Column, headingWord, plainWord } from './columns.ts'
import type { SpreadsheetRow } from './spreadsheet.ts'

export type Heading = Column | null

interface Headings {
  /** Their index among the filled rows. */
  at: number
  columns: Heading[]
  /** Two are the same, so only someone who knows the list can say which to use. */
  isUnclear: boolean
}

/** At most this many rows of titles and notes above the headings. */
const LOOKED_AT = 10

/** The row that matches most columns, above the first row with a person in it. */
export function findHeadings(rows: SpreadsheetRow[]): Headings | null {
  const firstUser = rows.findIndex(isUserRow)
  const looked = rows.slice(0, Math.min(LOOKED_AT, firstUser < 0 ? LOOKED_AT : firstUser))
  const isOneColumn = rows.every(({ cells }) => cells.length < 2)
  const read = looked.map(({ cells }, at) => {
    return { at, ...(isTitle(cells) && !isOneColumn ? NO_HEADINGS : columnsOf(cells)) }
  })
  const known = ({ columns }: Headings) => columns.filter(Boolean).length
  const best = read.reduce<Headings | null>(
    (best, row) => (!best || known(row) > known(best) ? row : best),
    null,
  )
  return best && known(best) > 0 ? best : null
}

const NO_HEADINGS = { columns: [], isUnclear: false }

function isTitle(cells: string[]): boolean {
  return cells.filter(Boolean).length < 2
}

function isUserRow({ cells }: SpreadsheetRow): boolean {
  return !isTitle(cells) && cells.some((cell) => /\S@\S/.test(cell))
}

/** If several cells could be the same column, the one whose name comes first in its list wins. */
function columnsOf(cells: string[]): Omit<Headings, 'at'> {
  const words = cells.map(headingWord)
  const columnAt = new Map<number, Column>()
  let isUnclear = false
  for (const column of COLUMN_NAMES) {
    const names = COLUMNS[column].map(plainWord)
    const name = names.find((name) => words.includes(name))
    if (!name) continue
    columnAt.set(words.indexOf(name), column)
    isUnclear ||= words.indexOf(name) !== words.lastIndexOf(name)
  }
  return { columns: cells.map((_, index) => columnAt.get(index) ?? null), isUnclear }
}
