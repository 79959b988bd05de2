import { CsvError, parse } from 'csv-parse/sync'
import { Refusal } from '../refusal.ts'
import { tidyText } from '../users/typed-text.ts'

export interface SpreadsheetRow {
  /** As a spreadsheet counts them, from 1; empty ones count, too. */
  number: number
  cells: string[]
}

/**
 * The cells of what was copied from a spreadsheet or saved by one.
 * @throws {Refusal} at `field`, where a quotation mark is never closed
 */
export function readSpreadsheet(text: string, field: string): SpreadsheetRow[] {
  const plain = text.replace(/^\uFEFF/, '')
  try {
    const records: string[][] = parse(plain, {
      delimiter: delimiterOf(plain),
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
    })
    const rows = records.map((cells, index) => ({
      number: index + 1,
      cells: cells.map(tidyText),
    }))
    return SEPARATOR_LINE.test(plain) ? rows.slice(1) : rows
  } catch (error) {
    if (error instanceof CsvError) throw new Refusal({ field, message: unreadable(error) })
    throw error
  }
}

/** What Excel reads and writes as the first line where it would else take the country's own. */
const SEPARATOR_LINE = /^\s*"?sep=([,;\t|])"?\s*(?:[\r\n]|$)/i

/** The clipboard has tabs, and then commas belong to the cells; of files it depends on the country. */
function delimiterOf(text: string): string {
  const said = SEPARATOR_LINE.exec(text)?.[1]
  if (said) return said
  const head = text.trim().slice(0, HEAD_LENGTH).replace(QUOTED, '')
  if (head.includes('\t')) return '\t'
  return head.split(';').length > head.split(',').length ? ';' : ','
}

const HEAD_LENGTH = 10_000
const QUOTED = /"(?:[^"]|"")*"/g

function unreadable(error: CsvError): string {
  const row = Number(error.records) + 1
  return error.code === 'CSV_QUOTE_NOT_CLOSED'
    ? `A quotation mark (") that begins in row ${row} is never closed. Remove it, or close it.`
    : `Row ${row} cannot be read.`
}
