import type { ColumnType } from 'kysely'

/** Identity keys are 64-bit; pg returns them as strings, and we keep them that way. */
export type Id = string

/** Stands for a clinic's id where none is meant: before set-up, at the bare host, and in what the installation itself sends. */
export const INSTALLATION: Id = '0'

/** Such as 2026-12-03, in no time zone; `database.ts` keeps pg from making it a moment. */
export type Day = string

export type CreatedAt = ColumnType<Date, never, never>
