import { type Loop, startLoop } from '../../polling-loop.ts'
import { log as said } from '../../words/en/log.ts'
import { type AddingParts, addNext } from './add-next.ts'

/** Adds whoever waits to be added, in every process. */
export function startImportLoop(parts: AddingParts, pollMs?: number): Loop {
  const work = async (stopping: AbortSignal) => {
    while (!stopping.aborted && (await addNext(parts)) === 'worked');
  }
  return startLoop(work, {
    log: parts.log,
    failure: said.importWorkerFailed,
    pollMs,
  })
}
