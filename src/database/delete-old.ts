import type { RawBuilder } from 'kysely'
import type { Database } from './database.ts'

/** So few rows at once that nobody waits for their locks. Several processes sweep, each what the others have not locked. */
export const STEP = 1_000

/** Runs one step, and says how many rows it took away; after any there may be more. */
export async function deleteOld(db: Database, statement: RawBuilder<unknown>): Promise<number> {
  const { numAffectedRows = 0n } = await statement.execute(db)
  return Number(numAffectedRows)
}
