import { remindOfClosing } from '../../clinics/closing.ts'
import type { Database } from '../../database/database.ts'
import { type Loop, type LoopOptions, startLoop } from '../../polling-loop.ts'
import { log as said } from '../../words/en/log.ts'
import { remindNext } from './access-reminders.ts'

const LOOK_EVERY_MS = 5 * 60 * 1_000

/** Several processes may run it; each reminder is sent by one of them. */
export function startAccessReminders(
  { db, log }: { db: Database; log: LoopOptions['log'] },
  pollMs = LOOK_EVERY_MS,
): Loop {
  const work = async (stopping: AbortSignal) => {
    while (!stopping.aborted && (await remindNext(db)));
    while (!stopping.aborted && (await remindOfClosing(db)));
  }
  return startLoop(work, { log, pollMs, failure: said.remindersFailed })
}
