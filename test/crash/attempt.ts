import type { Visit } from '../support/visitor.ts'
import type { AttemptKind, PlannedAttempt } from './plan.ts'

/** `refused` and `unavailable` were told so; of `lost` nobody knows; `failed` is a fault of ours. */
export type Outcome = 'acknowledged' | 'refused' | 'unavailable' | 'lost' | 'failed' | 'nothing to do'

export interface Attempt {
  kind: AttemptKind
  /** What the audit trail says it came from. */
  tag: string
  outcome: Outcome
  /** What the person would press again after a lost answer, where pressing twice must be harmless. */
  pressAgain?: () => Promise<Visit>
  /** How many presses of one link were acknowledged. */
  acknowledgements: number
  /** Whom it is about. */
  email?: string
  report?: { emailId: string; messageId: string; kind: PlannedAttempt['report'] }
  /** What it was told at last, for the one who reads a failure. */
  said: string
}

export function outcomeOf({ url, status, location }: Visit): Outcome {
  if (status === 503) return 'unavailable'
  if (status >= 500) return 'failed'
  const isSentAway = location?.startsWith('/sign-in') && url !== '/reset-password'
  if (status === 303) return isSentAway ? 'refused' : 'acknowledged'
  return status === 200 ? 'acknowledged' : 'refused'
}

/** Keeps what it was told. */
export function note(attempt: Attempt, visit: Visit): void {
  attempt.outcome = outcomeOf(visit)
  attempt.said = `${visit.status} ${visit.location ?? visit.text.slice(0, 300)}`
}

/** After a lost answer or a 503. False where there was nothing to press. */
export async function pressAgain(attempt: Attempt): Promise<boolean> {
  if (!attempt.pressAgain || !['lost', 'unavailable', 'failed'].includes(attempt.outcome)) return false
  const visit = await attempt.pressAgain()
  note(attempt, visit)
  if (outcomeOf(visit) === 'acknowledged') attempt.acknowledgements += 1
  return true
}
