import type { Import, ImportRow } from '../../database/schema.ts'
import { inWords } from '../../refusal.ts'
import { ROLES, type Role } from '../../roles/roles.ts'
import { BYTE_ORDER_MARK, csvLine } from '../../words/csv-line.ts'
import { words } from '../../words/en.ts'
import { COLUMN_NAMES, type Column, HEADINGS } from './columns.ts'

const said = words.imports.run

type Result = 'added' | 'not added' | 'skipped' | 'waiting'

/** A row's result, and why no one was added. */
export function resultOf(
  userImport: Import,
  { isSkipped, userId, refusal }: ImportRow,
): { result: Result; why: string } {
  if (isSkipped) return { result: 'skipped', why: '' }
  if (userId) return { result: 'added', why: '' }
  if (refusal) return { result: 'not added', why: inWords(refusal).message }
  return userImport.finishedAt
    ? { result: 'not added', why: said.stoppedBefore }
    : { result: 'waiting', why: '' }
}

/** The list as uploaded, with each row's result; rows that weren't added can be imported again from it. */
export function resultsCsv(userImport: Import, rows: ImportRow[]): string {
  const lines = rows.map((row) => {
    const { result, why } = resultOf(userImport, row)
    const cells = COLUMN_NAMES.map((column) => cellOf(row, column))
    return csvLine([String(row.number), said.results[result], why, ...cells])
  })
  return (
    BYTE_ORDER_MARK + csvLine([said.rowColumn, said.resultColumn, said.why, ...HEADINGS]) + lines.join('')
  )
}

function cellOf({ answers }: ImportRow, column: Column): string {
  const answer = answers[column] ?? ''
  if (column === 'role' && answer in ROLES) return ROLES[answer as Role].label
  return column === 'isPractitioner' ? answer.replace(/^./, (letter) => letter.toUpperCase()) : answer
}
