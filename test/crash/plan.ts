import { FAULTS, type FaultName, type PlannedFault, plannedFault } from './fault-list.ts'
import { type Random, seededRandom } from './random.ts'

export const ACT_KINDS = [
  'creation',
  'resend',
  'join',
  'deactivation',
  'password reset asked for',
  'password reset',
  'webhook',
] as const

export type ActKind = (typeof ACT_KINDS)[number]

/** What somebody will try; who and to whom are places in lists that are known only when it begins. */
export interface PlannedAct {
  kind: ActKind
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
  acts: PlannedAct[]
}

const ACTS_MIN = 3
const ACTS_MAX = 6
const SPREAD_MS = 150

/** How often, of all. */
const WEIGHTS: Record<ActKind, number> = {
  creation: 8,
  resend: 4,
  join: 8,
  deactivation: 3,
  'password reset asked for': 4,
  'password reset': 4,
  webhook: 6,
}

/** Every round's choices; of as many rounds as there are faults, each has another one. */
export function plansFor(seed: number, rounds: number): Plan[] {
  const random = seededRandom(seed)
  let deck: FaultName[] = []
  return Array.from({ length: rounds }, (_, index) => {
    if (deck.length === 0) deck = random.shuffled(Object.keys(FAULTS) as FaultName[])
    const fault = plannedFault(random, deck.pop() as FaultName)
    const count = ACTS_MIN + random.upTo(ACTS_MAX - ACTS_MIN + 1)
    const acts = Array.from({ length: count }, (_, index) => plannedAct(random, index === 0))
    return { number: index + 1, fault, acts }
  })
}

function plannedAct(random: Random, isFirst: boolean): PlannedAct {
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

function weighted(random: Random): ActKind {
  return random.oneOf(ACT_KINDS.flatMap((kind) => Array<ActKind>(WEIGHTS[kind]).fill(kind)))
}
