import type { ColumnType } from 'kysely'

/** Identity keys are 64-bit; pg returns them as strings, and we keep them that way. */
export type Id = string

export type CreatedAt = ColumnType<Date, never, never>
