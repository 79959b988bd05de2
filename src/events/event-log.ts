import { afterCommit } from '../database/after-commit.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Id } from '../database/schema.ts'

/** An event as logged: a copy that someone who can change the database can't reach. */
interface EventLine {
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

/** For everything else, the log only says that it changed, without names and contact details. */
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

/** Calls back for each committed event of this database. */
export function followEvents(db: Database, listener: Listener): void {
  listeners.set(db, listener)
}

export function logEvent(db: Database | Transaction, event: EventLine): void {
  const line = { ...event, before: withoutUsers(event.before), after: withoutUsers(event.after) }
  afterCommit(db, (root) => listeners.get(root)?.(line))
}

function withoutUsers(values: Record<string, unknown> | null): Record<string, unknown> | null {
  const entries = Object.entries(values ?? {})
  return values && Object.fromEntries(entries.map(([key, value]) => [key, SHOWN.includes(key) ? value : '…']))
}
