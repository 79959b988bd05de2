import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { Problem } from '../refusal.ts'
import type { CreatedAt, Id } from './columns.ts'

/** What stands in the cells of one row, by the names that Add user has for them; empty ones are left out. */
export type RowAnswers = Record<string, string>

/** A column of a list that somebody has yet to name; `column` is what its heading says, where that is known. */
export interface UntoldColumn {
  heading: string
  column: string | null
}

/** A list of people: a draft until it is started, then work, then its results. */
export interface ImportsTable {
  id: GeneratedAlways<Id>
  clinicId: Id
  createdBy: Id
  createdAt: CreatedAt
  /** Headings that Frontdesk does not know. */
  ignoredColumns: string[]
  /** It was no UTF-8, and read as what older spreadsheets write. */
  isEncodingGuessed: Generated<boolean>
  /** Null once it is known which column is which; until then a row's answers stand under `column1` and so on. */
  untoldColumns: ColumnType<UntoldColumn[] | null, string | null, null>
  /** What holds where a row says nothing. */
  defaults: ColumnType<Record<string, string>, string, never>
  /** Grows with every change of the draft. */
  version: Generated<number>
  startedAt: Date | null
  /** Where it was started from. */
  ip: string | null
  userAgent: string | null
  /** When the last person of it was taken up. */
  workedAt: Date | null
  finishedAt: Date | null
  /** Why it ended before its last line. */
  stopReason: string | null
}

export interface ImportRowsTable {
  importId: Id
  clinicId: Id
  /** Of its row in the spreadsheet, from 1. */
  number: number
  answers: ColumnType<RowAnswers, string, string>
  isSkipped: Generated<boolean>
  /** The NewUser, as at the last look; only those who are to be added have it. */
  userFields: ColumnType<unknown, never, string>
  attempts: Generated<number>
  nextAttemptAt: Date | null
  /** Whom it became. */
  userId: Id | null
  /** Why nobody was added. */
  refusal: ColumnType<Problem | null, never, string>
}
