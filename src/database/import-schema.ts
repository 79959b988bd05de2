import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { Problem } from '../refusal.ts'
import type { CreatedAt, Id } from './columns.ts'

/** The cells of a row, by Add user's field names, without empty ones. */
export type RowAnswers = Record<string, string>

/** A column that someone has yet to identify; `column` is a guess from its heading. */
export interface UntoldColumn {
  heading: string
  column: string | null
}

/** Someone pressed the button, or whoever started it lost the right to add users. */
type StopReason = 'stopped' | 'right lost'

/** A list of people: first a draft, then work in progress, then results. */
export interface ImportsTable {
  id: GeneratedAlways<Id>
  clinicId: Id
  createdBy: Id
  createdAt: CreatedAt
  /** Unknown headings. */
  ignoredColumns: string[]
  /** It wasn't UTF-8, so it was read as windows-1252. */
  isEncodingGuessed: Generated<boolean>
  /** Null once the columns are known; until then, a row's answers are under `column1` and so on. */
  untoldColumns: ColumnType<UntoldColumn[] | null, string | null, null>
  /** Used where a row says nothing. */
  defaults: ColumnType<Record<string, string>, string, never>
  /** Increases with every change to the draft. */
  version: Generated<number>
  startedAt: Date | null
  /** Where it was started from. */
  ip: string | null
  userAgent: string | null
  /** When its latest person was claimed. */
  workedAt: Date | null
  finishedAt: Date | null
  /** Why it ended early. */
  stopReason: StopReason | null
  /** Who pressed the button. */
  stoppedBy: Id | null
}

export interface ImportRowsTable {
  importId: Id
  clinicId: Id
  /** Of its row in the spreadsheet, from 1. */
  number: number
  answers: ColumnType<RowAnswers, string, string>
  isSkipped: Generated<boolean>
  /** The NewUser as confirmed; only for people to be added. */
  userFields: ColumnType<unknown, never, string>
  attempts: Generated<number>
  nextAttemptAt: Date | null
  /** The user it became. */
  userId: Id | null
  /** Why no one was added. */
  refusal: ColumnType<Problem | null, never, string>
}
