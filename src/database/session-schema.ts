import type { ColumnType, Generated } from 'kysely'
import type { CreatedAt, Id } from './columns.ts'
import type { SecondStep } from './second-step-schema.ts'

export interface SessionsTable {
  /** SHA-256 of the session token, the secret in the cookie. */
  tokenHash: Buffer
  /** Stays the same when the token changes, from signing in to signing out. */
  sessionId: string
  clinicId: Id
  userId: Id | null
  data: ColumnType<Record<string, unknown>, string, string>
  ip: string | null
  userAgent: string | null
  createdAt: CreatedAt
  signedInAt: Date | null
  secondStep: SecondStep | null
  secondStepAt: Date | null
  lastSeenAt: Generated<Date>
  endedAt: Date | null
}

export interface ThrottlesTable {
  key: string
  failures: number
  firstFailedAt: Date
  blockedUntil: Date
}

/** Forms waiting for confirmation; see sessions/typed-form.ts. */
export interface KeptFormsTable {
  clinicId: Id
  sessionId: string
  page: string
  signedFormId: string
  fields: string
  keptAt: Generated<Date>
}
