import { type Loop, startLoop } from '../polling-loop.ts'
import { type AddingParts, addNext } from './add-next.ts'
import { deleteExpiredBatches } from './batches.ts'

const CLEAN_EVERY_MS = 60 * 60 * 1_000

/** Adds whoever waits to be added, in every process. */
export function startBatchLoop(parts: AddingParts, pollMs?: number): Loop {
  let cleanedAt = 0
  const work = async (stopping: AbortSignal) => {
    if (Date.now() - cleanedAt > CLEAN_EVERY_MS) {
      await deleteExpiredBatches(parts.db)
      cleanedAt = Date.now()
    }
    while (!stopping.aborted && (await addNext(parts)) === 'worked');
  }
  return startLoop(work, {
    log: parts.log,
    failure: 'Several people wait to be added, and nobody can be',
    pollMs,
  })
}
