import { setTimeout as pause } from 'node:timers/promises'

/** Longer than the work ever takes. */
const ANSWER_AFTER_MS = 250

/** Response time must not reveal whether an account exists or what a link refers to. */
export async function hideDuration(work: Promise<unknown>): Promise<void> {
  await Promise.all([work, pause(ANSWER_AFTER_MS)])
}
