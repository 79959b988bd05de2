import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import type { DatabaseNode } from './database-node.ts'

const STAYS_AWAY_MS = 4_000
/** Longer than PostgreSQL waits for a standby that says nothing. */
const STANDBY_AWAY_MS = 12_000

interface Struck {
  cluster: Cluster
  primary: DatabaseNode
  standby: DatabaseNode
}

interface Fault {
  needsCable?: boolean
  strike(struck: Struck): unknown
  /** How long it lasts. */
  lasts?(struck: Struck): Promise<unknown>
  heal?(struck: Struck): unknown
}

/** Until the other one is the primary, and a while longer, so that the two meet when this one comes back. */
async function untilTakenOver({ cluster, standby }: Struck): Promise<void> {
  await cluster.untilPrimary(standby)
  await delay(STAYS_AWAY_MS)
}

export const FAULTS = {
  'PostgreSQL killed': {
    strike: ({ primary }) => primary.signalPostgres('SIGKILL'),
  },
  'machine killed': {
    strike: ({ primary }) => primary.signal('SIGKILL'),
    lasts: untilTakenOver,
    heal: ({ primary }) => primary.start(),
  },
  'machine paused': {
    strike: ({ primary }) => primary.signal('SIGSTOP'),
    lasts: untilTakenOver,
    heal: ({ primary }) => primary.signal('SIGCONT'),
  },
  'machine cut off': {
    needsCable: true,
    strike: ({ primary }) => primary.machine.cut?.(true),
    lasts: untilTakenOver,
    heal: ({ primary }) => primary.machine.cut?.(false),
  },
  'switched over': {
    strike: ({ cluster, primary, standby }) => cluster.switchOver(primary, standby),
  },
  'standby cut off': {
    needsCable: true,
    strike: ({ standby }) => standby.machine.cut?.(true),
    lasts: () => delay(STANDBY_AWAY_MS),
    heal: ({ standby }) => standby.machine.cut?.(false),
  },
} as const satisfies Record<string, Fault>

export type FaultName = keyof typeof FAULTS

export function faultNamed(name: FaultName): Fault {
  return FAULTS[name]
}
