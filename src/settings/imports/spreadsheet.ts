import { setImmediate as nextTurn } from 'node:timers/promises'
import { CsvError, type Options, type Parser, parse } from 'csv-parse'
import { Refusal } from '../../refusal.ts'
import { tidyText } from '../../words/typed-text.ts'

export interface SpreadsheetRow {
  /** As in the spreadsheet: from 1, including empty ones. */
  number: number
  cells: string[]
}

export const USERS_MAX = 1_000
/** Plus headings and titles above the people. */
const ROWS_MAX = USERS_MAX + 20
/** Mostly empty rows; a clinic's people take far fewer. */
const ROWS_READ_MAX = 20_000
const CELLS_MAX = 200
/** Spreadsheets can save this many trailing empty cells. */
const WIDEST_SHEET = 16_384
const ROW_MAX_LENGTH = 64 * 1024
/** How much to read before letting other requests run. */
const SLICE_BYTES = 4 * 1024

/**
 * The filled rows of what was copied from a spreadsheet or saved by one. It gives way to other requests as it reads.
 * @throws {Refusal} at `field`, where a quotation mark is never closed, or there is far more than a list of people
 */
export async function readSpreadsheet(text: string, field: string): Promise<SpreadsheetRow[]> {
  const plain = text.replace(/^\uFEFF/, '')
  const rows: SpreadsheetRow[] = []
  const parser = parse(optionsFor(plain, field, rows))
  const failed = new Promise<never>((_resolve, reject) => parser.once('error', reject))
  failed.catch(() => {})
  try {
    await Promise.race([feed(parser, Buffer.from(plain)), failed])
  } catch (error) {
    parser.destroy()
    throw error instanceof CsvError ? unreadable(field, error) : error
  }
  return rows
}

/** Empty rows only count towards row numbers. */
function optionsFor(text: string, field: string, rows: SpreadsheetRow[]): Options {
  const saysSeparator = SEPARATOR_LINE.test(text)
  return {
    delimiter: delimiterOf(text),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: ROW_MAX_LENGTH,
    on_record: (record: string[], { records, empty_lines }) => {
      const number = records + empty_lines
      const cells = record.length > WIDEST_SHEET ? record : withoutEmptyEnd(record.map(tidyText))
      if (cells.length > CELLS_MAX) throw new Refusal(field, 'rowTooWide', { row: number, most: CELLS_MAX })
      if (cells.length > 0 && !(number === 1 && saysSeparator)) rows.push({ number, cells })
      if (rows.length > ROWS_MAX) throw new Refusal(field, 'listTooLong', { people: null, most: USERS_MAX })
      if (records > ROWS_READ_MAX) throw new Refusal(field, 'listMostlyEmpty')
      return null
    },
  }
}

async function feed(parser: Parser, bytes: Buffer): Promise<void> {
  const done = new Promise((resolve) => parser.once('end', resolve).resume())
  for (let start = 0; start < bytes.length && !parser.destroyed; start += SLICE_BYTES) {
    parser.write(bytes.subarray(start, start + SLICE_BYTES))
    await nextTurn()
  }
  parser.end()
  await done
}

function withoutEmptyEnd(cells: string[]): string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1)
}

/** Excel's first line that overrides the local separator. */
const SEPARATOR_LINE = /^\s*"?sep=([,;\t|])"?\s*(?:[\r\n]|$)/i

const BORDERS = ['\t', ';', ',']

/** It depends on the country. Cells can contain any of these, but rarely the same number in every row. */
function delimiterOf(text: string): string {
  const said = SEPARATOR_LINE.exec(text)?.[1]
  if (said) return said
  const rows = text
    .trim()
    .slice(0, HEAD_LENGTH)
    .replace(QUOTED, '')
    .split(/[\r\n]+/)
  const counts = BORDERS.map((border) => rowsWithAsMany(rows, border))
  return BORDERS[counts.indexOf(Math.max(...counts))] ?? ','
}

function rowsWithAsMany(rows: string[], border: string): number {
  const rowsBy = new Map<number, number>()
  for (const row of rows) {
    const times = row.split(border).length - 1
    if (times > 0) rowsBy.set(times, (rowsBy.get(times) ?? 0) + 1)
  }
  return Math.max(0, ...rowsBy.values())
}

const HEAD_LENGTH = 10_000
const QUOTED = /"(?:[^"]|"")*"/g

function unreadable(field: string, error: CsvError): Refusal {
  const row = Number(error.records) + Number(error.empty_lines) + 1
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return new Refusal(field, 'quoteNotClosed', { row })
  return new Refusal(field, error.code === 'CSV_MAX_RECORD_SIZE' ? 'rowTooLong' : 'rowUnreadable', { row })
}
