import type { RowAnswers } from '../../database/import-schema.ts'
import { ROLE_NAMES, ROLES } from '../../roles/roles.ts'
import { tidyText } from '../../words/typed-text.ts'
import { COLUMN_NAMES, type Column, plainWord } from './columns.ts'
import type { Heading } from './headings.ts'

/** Longer than any valid answer, short enough for a thousand of them. */
const CELL_MAX_LENGTH = 300

/** Used where a row says nothing. */
export type Defaults = Partial<Record<'role' | 'isPractitioner', string>>

/** The key of a cell whose column isn't known yet. */
export function cellKey(index: number): string {
  return `column${index + 1}`
}

/** A row's answers, once the columns are known. */
export function answersTold(answers: RowAnswers, columns: Heading[], defaults: Defaults): RowAnswers {
  return answersOf(
    columns.map((_, index) => answers[cellKey(index)] ?? ''),
    columns,
    defaults,
  )
}

/** A row as edited, without empty answers. */
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

/** From “mailto:anna@a.example” or “Anna Smith <anna@a.example>;”. */
function bareEmail(cell: string): string {
  const bracketed = /<([^<>\s]+@[^<>\s]+)>[\s,;]*$/.exec(cell)?.[1] ?? cell
  return bracketed.replace(/^mailto:/i, '').replace(/[\s,;]+$/, '')
}

/** Our own exports add one before anything that a spreadsheet would take for a formula. */
function withoutApostrophe(cell: string): string {
  return cell.replace(/^'(?='*\s*[=+\-@＝＋－＠])/, '')
}

/** PostgreSQL can't store NUL or lone surrogates, so they're replaced by another character that no answer can contain. */
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
