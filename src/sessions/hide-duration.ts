import { setTimeout as pause } from 'node:timers/promises'

/** Longer than the work takes in any case. */
const ANSWER_AFTER_MS = 250

/** How long an answer took must not tell whether there is an account, or what a link stands for. */
export async function hideDuration(work: Promise<unknown>): Promise<void> {
  await Promise.all([work, pause(ANSWER_AFTER_MS)])
}
