import { afterCommit } from '../database/after-commit.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Id } from '../database/schema.ts'

/** An event as it stands in the log: a copy out of reach of whoever can change the database. */
export interface EventLine {
  id: Id
  at: Date
  clinicId: Id
  actorId: Id | null
  action: string
  subjectId: Id | null
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  ip: string | null
  requestId: string | null
}

type Listener = (event: EventLine) => void

const listeners = new WeakMap<object, Listener>()

/** Of everything else it says that it changed, and not what people are called and how they are reached. */
const SHOWN = [
  'role',
  'isPractitioner',
  'idleMinutes',
  'country',
  'failures',
  'asked',
  'people',
  'endsSession',
]

/** Hears of each event of this database that is committed. */
export function followEvents(db: Database, listener: Listener): void {
  listeners.set(db, listener)
}

export function logEvent(db: Database | Transaction, event: EventLine): void {
  const line = { ...event, before: withoutPeople(event.before), after: withoutPeople(event.after) }
  afterCommit(db, (root) => listeners.get(root)?.(line))
}

function withoutPeople(values: Record<string, unknown> | null): Record<string, unknown> | null {
  const entries = Object.entries(values ?? {})
  return values && Object.fromEntries(entries.map(([key, value]) => [key, SHOWN.includes(key) ? value : '…']))
}
