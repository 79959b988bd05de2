import type { RowAnswers } from '../../database/import-schema.ts'
import { ROLE_NAMES, ROLES } from '../../roles/roles.ts'
import { tidyText } from '../../words/typed-text.ts'
import { COLUMN_NAMES, type Column, plainWord } from './columns.ts'
import type { Heading } from './headings.ts'

/** Longer than any right answer, short enough for a thousand of them. */
const CELL_MAX_LENGTH = 300

/** What holds where a row says nothing. */
export type Defaults = Partial<Record<'role' | 'isPractitioner', string>>

/** The key of an answer whose column is not known yet. */
export function cellKey(index: number): string {
  return `column${index + 1}`
}

/** The answers of a row, once it is known which column is which. */
export function answersTold(answers: RowAnswers, columns: Heading[], defaults: Defaults): RowAnswers {
  return answersOf(
    columns.map((_, index) => answers[cellKey(index)] ?? ''),
    columns,
    defaults,
  )
}

/** A row as typed anew; what is empty is left out. */
export function rowAnswers(typed: (column: Column) => string): RowAnswers {
  const cells = COLUMN_NAMES.map((column) => [column, storable(tidyText(typed(column)))])
  return Object.fromEntries(cells.filter(([, cell]) => cell !== ''))
}

export function answersOf(cells: string[], order: Heading[], defaults: Defaults): RowAnswers {
  const cellOf = (column: Column) => withoutApostrophe(cells[order.indexOf(column)] ?? '')
  const cellIn = (column: Column) => (column === 'personEmail' ? bareEmail(cellOf(column)) : cellOf(column))
  const answers = rowAnswers((column) => cellIn(column) || defaults[column as keyof Defaults] || '')
  const role = answers.role && roleNamed(answers.role)
  const isPractitioner = answers.isPractitioner && yesOrNo(answers.isPractitioner)
  const hasOneName = answers.hasOneName && yesOrNo(answers.hasOneName)
  return {
    ...answers,
    ...(role && { role }),
    ...(isPractitioner && { isPractitioner }),
    ...(hasOneName && { hasOneName }),
  }
}

/** Out of “mailto:anna@a.example” and “Anna Smith <anna@a.example>;”. */
function bareEmail(cell: string): string {
  const bracketed = /<([^<>\s]+@[^<>\s]+)>[\s,;]*$/.exec(cell)?.[1] ?? cell
  return bracketed.replace(/^mailto:/i, '').replace(/[\s,;]+$/, '')
}

/** Our own exports write one before what a spreadsheet would take for a formula. */
function withoutApostrophe(cell: string): string {
  return cell.replace(/^'(?='*\s*[=+\-@＝＋－＠])/, '')
}

/** PostgreSQL keeps neither NUL nor half a character; in their place stands another one that no answer may hold. */
export function storable(cell: string): string {
  return cell.slice(0, CELL_MAX_LENGTH).replace(/[\0\p{Cs}]/gu, '\u0001')
}

function roleNamed(cell: string): string {
  const word = plainWord(cell)
  return ROLE_NAMES.find((role) => plainWord(role) === word || plainWord(ROLES[role].label) === word) ?? cell
}

function yesOrNo(cell: string): string {
  const word = cell.toLowerCase()
  if (['yes', 'y', 'true', '1', 'x'].includes(word)) return 'yes'
  return ['no', 'n', 'false', '0', '-'].includes(word) ? 'no' : cell
}
