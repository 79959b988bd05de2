import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { CreatedAt, Id } from './columns.ts'

export type TwoStepRule = 'nobody' | 'administrators' | 'everybody'

/** What someone showed after their password; a passkey is both. */
export type SecondStep = 'code' | 'passkey' | 'recovery code' | 'known browser'

/** What an email tells someone about their second steps. */
export type SecondStepChange =
  | 'app added'
  | 'app removed'
  | 'passkey added'
  | 'passkey removed'
  | 'codes made'
  | 'code used'
  | 'reset'

export interface CodeAppsTable {
  clinicId: Id
  id: string
  userId: Id
  /** What its owner calls it. */
  label: string
  /** Encrypted; null once removed. */
  secret: Buffer | null
  /** Codes of this time step and older ones are used up. */
  lastUsedStep: ColumnType<string, number, number>
  createdAt: CreatedAt
  lastUsedAt: Generated<Date | null>
  removedAt: Generated<Date | null>
}

export interface PasskeysTable {
  clinicId: Id
  id: string
  userId: Id
  label: string
  /** The host for which it was made. */
  rpId: string
  credentialId: Buffer
  /** COSE; null once removed. */
  publicKey: Buffer | null
  signCount: ColumnType<string, number, number>
  isSynced: boolean
  transports: string[]
  createdAt: CreatedAt
  lastUsedAt: Generated<Date | null>
  removedAt: Generated<Date | null>
}

export interface RecoveryCodesTable {
  clinicId: Id
  userId: Id
  codeHash: Buffer
  madeAt: CreatedAt
  usedAt: Generated<Date | null>
}

export interface KnownBrowsersTable {
  clinicId: Id
  id: string
  userId: Id
  tokenHash: Buffer
  userAgent: string | null
  createdAt: CreatedAt
  lastSeenAt: Generated<Date>
  skipsCodeUntil: Date | null
  generation: number
}

/** An emailed link to set up a second step. */
export interface SecondStepLinksTable {
  id: GeneratedAlways<Id>
  clinicId: Id
  userId: Id
  email: string
  passwordFingerprint: Buffer
  reason: 'required' | 'reset' | 'asked'
  nonce: Buffer
  createdAt: CreatedAt
  expiresAt: Date
  usedAt: Generated<Date | null>
}
