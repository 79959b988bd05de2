import type { Database } from './database/database.ts'
import { type Loop, type LoopOptions, startLoop } from './polling-loop.ts'
import { RETENTION } from './retention.ts'
import { log as said } from './words/en/log.ts'

const SWEEP_EVERY_MS = 5 * 60 * 1_000

/** Deletes what is old and nothing can revive, in every process; what another process has in hand is passed over. */
export function startSweep(
  { db, log }: { db: Database; log: LoopOptions['log'] },
  pollMs = SWEEP_EVERY_MS,
): Loop {
  return startLoop((stopping) => sweep(db, stopping), {
    log,
    pollMs,
    failure: said.sweepFailed,
  })
}

/** One table that cannot be swept keeps none of the others from it. */
export async function sweep(db: Database, stopping?: AbortSignal): Promise<void> {
  const failures: unknown[] = []
  for (const { forget } of RETENTION) {
    try {
      while (forget && !stopping?.aborted && (await forget(db)) > 0);
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
