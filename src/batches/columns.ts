import type { RowAnswers } from '../database/batch-schema.ts'
import { Refusal } from '../refusal.ts'
import { ROLE_NAMES, ROLES } from '../users/roles.ts'
import type { SpreadsheetRow } from './spreadsheet.ts'

/** In the order of the template, which is also that of a list without headings. */
export const COLUMNS = {
  firstName: ['First name', 'given name', 'given names', 'forename'],
  lastName: ['Last name', 'surname', 'family name'],
  personEmail: ['Email', 'email address', 'mail'],
  mobileNumber: ['Mobile number', 'mobile', 'mobile phone', 'cell', 'phone', 'phone number', 'phone numbers'],
  role: ['Security role', 'role'],
  isPractitioner: ['Practitioner', 'is this user a practitioner', 'is practitioner'],
  profession: ['Profession', 'job title', 'occupation'],
  title: ['Title'],
  timeZone: ['Time zone'],
} as const satisfies Record<string, [heading: string, ...others: string[]]>

export type Column = keyof typeof COLUMNS
export const COLUMN_NAMES = Object.keys(COLUMNS) as Column[]
export const HEADINGS = COLUMN_NAMES.map((column) => COLUMNS[column][0])

export const PEOPLE_MAX = 1_000
/** Longer than any right answer, short enough for a thousand of them. */
const CELL_MAX_LENGTH = 300
const HEADING_MAX_LENGTH = 40

export interface ReadRow {
  number: number
  answers: RowAnswers
}

export interface ReadList {
  rows: ReadRow[]
  ignoredColumns: string[]
}

/** What holds where a row says nothing. */
export type Defaults = Partial<Record<'role' | 'isPractitioner', string>>

/** @throws {Refusal} at `field`, where there is nobody or there are too many */
export function readPeople(rows: SpreadsheetRow[], defaults: Defaults, field: string): ReadList {
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ''))
  const headings = headingsOf(filled[0])
  const people = headings ? filled.slice(1) : filled
  if (people.length === 0)
    throw new Refusal({ field, message: headings ? 'There is nobody below the headings.' : NOTHING })
  if (people.length > PEOPLE_MAX) throw new Refusal({ field, message: tooMany(people.length) })
  const order = headings ?? COLUMN_NAMES
  return {
    rows: people.map(({ number, cells }) => ({ number, answers: answersOf(cells, order, defaults) })),
    ignoredColumns: headings ? ignoredOf(filled[0]?.cells ?? [], headings) : [],
  }
}

/** A row as typed anew; what is empty is left out. */
export function rowAnswers(typed: (column: Column) => string): RowAnswers {
  const cells = COLUMN_NAMES.map((column) => [column, storable(typed(column).trim())])
  return Object.fromEntries(cells.filter(([, cell]) => cell !== ''))
}

/** The name of a row's field in the form of several rows. */
export function rowField(number: number, field: string): string {
  return `row${number}-${field}`
}

const NOTHING = 'Paste a list of people, or choose a file.'

function tooMany(people: number): string {
  const [found, most] = [people, PEOPLE_MAX].map((count) => count.toLocaleString('en-AU'))
  return `This list has ${found} people. Add at most ${most} at a time.`
}

/** Which column each cell is, where the first row says so; two known headings are no coincidence. */
function headingsOf(first: SpreadsheetRow | undefined): (Column | null)[] | null {
  const found = new Set<Column>()
  const headings = first?.cells.map((cell) => {
    const column = columnOf(cell)
    if (!column || found.has(column)) return null
    found.add(column)
    return column
  })
  return headings && found.size >= 2 ? headings : null
}

function columnOf(cell: string): Column | null {
  const word = plainWord(cell)
  const names = (column: Column) => COLUMNS[column].map(plainWord)
  return COLUMN_NAMES.find((column) => names(column).includes(word)) ?? null
}

/** E-Mail, email and “Email *” are one word. */
function plainWord(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}]/gu, '')
}

function ignoredOf(cells: string[], headings: (Column | null)[]): string[] {
  const ignored = cells.filter((cell, place) => cell && !headings[place])
  return ignored.map((cell) => storable(cell.slice(0, HEADING_MAX_LENGTH)))
}

function answersOf(cells: string[], order: (Column | null)[], defaults: Defaults): RowAnswers {
  const cellOf = (column: Column) => withoutApostrophe(cells[order.indexOf(column)] ?? '')
  const answers = rowAnswers((column) => cellOf(column) || defaults[column as keyof Defaults] || '')
  const role = answers.role && roleNamed(answers.role)
  const isPractitioner = answers.isPractitioner && yesOrNo(answers.isPractitioner)
  return { ...answers, ...(role && { role }), ...(isPractitioner && { isPractitioner }) }
}

/** Our own exports write one before what a spreadsheet would take for a formula. */
function withoutApostrophe(cell: string): string {
  return cell.replace(/^'(?=\s*[=+\-@＝＋－＠])/, '')
}

/** PostgreSQL keeps neither NUL nor half a character; in their place stands another one that no answer may hold. */
function storable(cell: string): string {
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
