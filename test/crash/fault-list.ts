import type { Received } from '../support/fake-postmark.ts'
import type { Random } from './random.ts'

/** Where something can happen, as it is seen from outside: on the way to PostgreSQL, and at Postmark. */
export type Point =
  | 'before commit'
  | 'after commit'
  | 'before send'
  | 'after send'
  | 'before its outcome'
  | 'after its outcome'

type Blow = 'kill' | 'stop PostgreSQL' | 'stop PostgreSQL meanwhile'

export interface Strike {
  point: Point
  blow: Blow
}

/** What Postmark does instead; `holds`: only after a long silence. */
export interface Misbehaviour {
  answer: Received['answer']
  holds?: boolean
}

export const FAULTS = {
  'process killed before commit': { point: 'before commit', blow: 'kill' },
  'process killed after commit': { point: 'after commit', blow: 'kill' },
  'process killed before send': { point: 'before send', blow: 'kill' },
  'process killed after send': { point: 'after send', blow: 'kill' },
  'process killed after send, before its commit': { point: 'before its outcome', blow: 'kill' },
  'process killed after send and its commit': { point: 'after its outcome', blow: 'kill' },
  'PostgreSQL stopped before commit': { point: 'before commit', blow: 'stop PostgreSQL' },
  'PostgreSQL stopped during commit': { point: 'before commit', blow: 'stop PostgreSQL meanwhile' },
  'PostgreSQL stopped after commit': { point: 'after commit', blow: 'stop PostgreSQL' },
  'PostgreSQL stopped before send': { point: 'before send', blow: 'stop PostgreSQL' },
  'PostgreSQL stopped after send, before its commit': {
    point: 'before its outcome',
    blow: 'stop PostgreSQL',
  },
  'Postmark silent': { answer: 'cut before the answer', holds: true },
  'Postmark answers 500': { answer: 'server error' },
  'Postmark cuts before the answer': { answer: 'cut before the answer' },
  'Postmark cuts within the answer': { answer: 'cut after the headers' },
} as const satisfies Record<string, Strike | Misbehaviour>

export type FaultName = keyof typeof FAULTS

export interface PlannedFault {
  name: FaultName
  /** At how many-th opportunity. */
  nth: number
  /** Of how many emails in a row, where it is Postmark's. */
  times: number
  /** How long PostgreSQL stays away. */
  awayMs: number
  /** Whether the silence lasts until the application gives up, and not only until the attempts are over. */
  isLong: boolean
  /** Postmark reports the delivery to the other process before the one that sent it is killed. */
  reportsEarly: boolean
}

export function plannedFault(random: Random, name: FaultName): PlannedFault {
  return {
    name,
    nth: 1 + random.upTo(2),
    times: 1 + random.upTo(4),
    awayMs: random.upTo(400),
    isLong: random.chance(0.25),
    reportsEarly: random.chance(0.5),
  }
}
