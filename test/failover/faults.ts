import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import type { DatabaseNode } from './database-node.ts'
import { isPrimary } from './members.ts'

const STAYS_AWAY_MS = 4_000
/** Longer than PostgreSQL waits for a standby that says nothing. */
const STANDBY_AWAY_MS = 12_000
/** Until Patroni lets the primary go on alone, and some time of work. */
const ALONE_MS = 15_000
/** Longer than the leader's key lives. */
const LOOKS = 35

interface Struck {
  cluster: Cluster
  primary: DatabaseNode
  standby: DatabaseNode
}

interface Fault {
  needsCable?: boolean
  /** What happens before, without anybody noticing. */
  prepare?(struck: Struck): Promise<unknown>
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

/** What was confirmed while it was away is not on it. */
async function neverPrimary(node: DatabaseNode): Promise<void> {
  for (let left = LOOKS; left > 0; left--) {
    if (await isPrimary(node)) throw new Error(`${node.name} took over without what was confirmed`)
    await delay(1_000)
  }
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
  'standby killed, then the primary': {
    prepare: async ({ standby }) => {
      standby.signal('SIGKILL')
      await delay(ALONE_MS)
    },
    strike: ({ primary }) => primary.signal('SIGKILL'),
    lasts: async ({ primary, standby }) => {
      await standby.start()
      await neverPrimary(standby)
      await primary.start()
    },
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
