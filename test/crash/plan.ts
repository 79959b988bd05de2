import { FAULTS, type FaultName, type PlannedFault, plannedFault } from './fault-list.ts'
import { type Random, seededRandom } from './random.ts'

export const ATTEMPT_KINDS = [
  'creation',
  'resend',
  'join',
  'deactivation',
  'password reset asked for',
  'password reset',
  'webhook',
  'second step',
  'second step reset',
] as const

export type AttemptKind = (typeof ATTEMPT_KINDS)[number]

/** What somebody will try; who and to whom are places in lists that are known only when it begins. */
export interface PlannedAttempt {
  kind: AttemptKind
  actor: number
  subject: number
  isAdministrator: boolean
  /** The button is pressed twice at the same moment; both presses reach a process. */
  isDouble: boolean
  report: 'delivery' | 'softBounce' | 'hardBounce' | 'complaint'
  afterMs: number
}

export interface Plan {
  number: number
  fault: PlannedFault
  attempts: PlannedAttempt[]
}

const ATTEMPTS_MIN = 3
const ATTEMPTS_MAX = 6
const SPREAD_MS = 150

/** How often, of all. */
const WEIGHTS: Record<AttemptKind, number> = {
  creation: 8,
  resend: 4,
  join: 8,
  deactivation: 3,
  'password reset asked for': 4,
  'password reset': 4,
  webhook: 6,
  'second step': 5,
  'second step reset': 4,
}

/** Every round's choices; of as many rounds as there are faults, each has another one. */
export function plansFor(seed: number, rounds: number): Plan[] {
  const random = seededRandom(seed)
  let deck: FaultName[] = []
  return Array.from({ length: rounds }, (_, index) => {
    if (deck.length === 0) deck = random.shuffled(Object.keys(FAULTS) as FaultName[])
    const fault = plannedFault(random, deck.pop() as FaultName)
    const count = ATTEMPTS_MIN + random.upTo(ATTEMPTS_MAX - ATTEMPTS_MIN + 1)
    const attempts = Array.from({ length: count }, (_, index) => plannedAttempt(random, index === 0))
    return { number: index + 1, fault, attempts }
  })
}

export function plannedAttempt(random: Random, isFirst: boolean): PlannedAttempt {
  return {
    kind: isFirst ? 'creation' : weighted(random),
    actor: random.fraction(),
    subject: random.fraction(),
    isAdministrator: random.chance(0.25),
    isDouble: random.chance(0.25),
    report: random.oneOf(['delivery', 'delivery', 'delivery', 'softBounce', 'hardBounce', 'complaint']),
    afterMs: random.upTo(SPREAD_MS),
  }
}

function weighted(random: Random): AttemptKind {
  return random.oneOf(ATTEMPT_KINDS.flatMap((kind) => Array<AttemptKind>(WEIGHTS[kind]).fill(kind)))
}
