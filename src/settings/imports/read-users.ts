import type { RowAnswers, UntoldColumn } from '../../database/import-schema.ts'
import { Refusal } from '../../refusal.ts'
import { findHeadings, type Heading } from './headings.ts'
import { answersOf, cellKey, type Defaults, storable } from './row-answers.ts'
import { type SpreadsheetRow, USERS_MAX } from './spreadsheet.ts'

const HEADING_MAX_LENGTH = 40

export interface ReadRow {
  number: number
  answers: RowAnswers
}

export interface ReadList {
  rows: ReadRow[]
  ignoredColumns: string[]
  /** Null if the headings were clear. Until someone answers, a row's cells are under `cellKey`. */
  untoldColumns: UntoldColumn[] | null
}

/**
 * Which column is which is never guessed: where the list does not say, somebody is asked.
 * @throws {Refusal} at `field`, where there is nobody or there are too many
 */
export function readUsers(rows: SpreadsheetRow[], defaults: Defaults, field: string): ReadList {
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ''))
  const headings = findHeadings(filled)
  const people = headings ? filled.slice(headings.at + 1) : filled
  if (people.length === 0) throw new Refusal(field, headings ? 'listOnlyHeadings' : 'listEmpty')
  if (people.length > USERS_MAX)
    throw new Refusal(field, 'listTooLong', { people: people.length, most: USERS_MAX })
  const told = headings?.columns ?? []
  const cells = (headings && filled[headings.at]?.cells) || []
  if (headings?.isUnclear || !tellsEnough(told)) return untold(people, cells, told, field)
  return {
    rows: people.map(({ number, cells }) => ({ number, answers: answersOf(cells, told, defaults) })),
    ignoredColumns: cells.filter((cell, index) => cell && !told[index]).map(headingWords),
    untoldColumns: null,
  }
}

/** An unknown column might be the missing one. */
function tellsEnough(told: Heading[]): boolean {
  const isWhole = told.includes('firstName') && told.includes('personEmail')
  return isWhole || (told.length > 0 && !told.includes(null))
}

/** No real list has more, and they wouldn't fit in a form. */
const ASKED_COLUMNS_MAX = 30

function untold(people: SpreadsheetRow[], headings: string[], told: Heading[], field: string): ReadList {
  const width = Math.max(...people.map(({ cells }) => cells.findLastIndex(Boolean) + 1))
  if (width > ASKED_COLUMNS_MAX)
    throw new Refusal(field, 'listTooWide', { columns: width, most: ASKED_COLUMNS_MAX })
  const indexes = Array.from({ length: width }, (_, index) => index)
  return {
    rows: people.map(({ number, cells }) => {
      const answers = indexes.map((index) => [cellKey(index), storable(cells[index] ?? '')])
      return { number, answers: Object.fromEntries(answers.filter(([, cell]) => cell !== '')) }
    }),
    ignoredColumns: [],
    untoldColumns: indexes.map((index) => {
      return { heading: headingWords(headings[index] ?? ''), column: told[index] ?? null }
    }),
  }
}

function headingWords(cell: string): string {
  return storable(cell.slice(0, HEADING_MAX_LENGTH))
}
