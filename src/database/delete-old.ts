import type { RawBuilder } from 'kysely'
import type { Database } from './database.ts'

/** Few enough that no one waits for their locks. Processes skip rows that others have locked. */
export const STEP = 1_000

/** Runs one step and returns how many rows it deleted; if any, there might be more. */
export async function deleteOld(db: Database, statement: RawBuilder<unknown>): Promise<number> {
  const { numAffectedRows = 0n } = await statement.execute(db)
  return Number(numAffectedRows)
}
