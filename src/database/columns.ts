import type { ColumnType } from 'kysely'

/** Identity keys are 64-bit; pg hands them over as strings, and so they stay. */
export type Id = string

export type CreatedAt = ColumnType<Date, never, never>
