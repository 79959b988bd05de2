import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { EmailFailureCode, OutageCode } from '../words/en/email-failures.ts'
import type { CreatedAt, Id } from './columns.ts'
import type { SecondStepChange } from './second-step-schema.ts'

export type EmailKind =
  | 'access ending'
  | 'invitation'
  | 'invitation request'
  | 'password reset'
  | 'password changed'
  | 'email change'
  | 'email change requested'
  | 'email changed'
  | 'account locked'
  | 'email replacement'
  | 'email replacement notice'
  | 'second step changed'
  | 'second step link'
  | 'second step asked for'
  | 'second step reset'
  | 'new browser'
  | 'clinic closing'
  | 'clinic invitation'
  | 'clinics found'

/** What incorrect passwords led to: delays, a lockout until a reset, or the end of a session. `codes`: a right password, wrong codes. */
export type LockReason = 'delayed' | 'closed' | 'verification' | 'codes'

export type BounceReason =
  | 'no mailbox'
  | 'no domain'
  | 'mailbox full'
  | 'taken for spam'
  | 'refused'
  | 'not reached'
  | 'unknown'

export type BlockReason = 'bounce' | 'complaint' | 'refused' | 'other'

/** What stood in the way, and before it what had. */
export interface EmailFailure {
  code: EmailFailureCode
  values?: object
  earlier?: EmailFailure
}

export interface EmailsTable {
  id: GeneratedAlways<Id>
  clinicId: Id
  /** Null where the installation itself writes, whose emails are nobody's account's. */
  userId: ColumnType<Id, Id | null, never>
  clinicInvitationId: Id | null
  finderRequestId: Id | null
  invitationId: Id | null
  passwordResetId: Id | null
  invitationRequestId: Id | null
  emailChangeId: Id | null
  accessReminderId: Id | null
  lockReason: LockReason | null
  secondStepLinkId: Id | null
  secondStepChange: SecondStepChange | null
  /** Of whom it tells its recipient, if it's someone else. */
  aboutUserId: Id | null
  kind: EmailKind
  recipient: string
  createdAt: CreatedAt
  attempts: Generated<number>
  nextAttemptAt: Generated<Date>
  /** In this order they are sent; see `turnOf`. */
  turnAt: Generated<Date>
  leasedUntil: Date | null
  sentAt: Date | null
  messageId: string | null
  failedAt: Date | null
  /** Why it couldn't be sent. */
  failure: EmailFailure | null
  /** `unwanted`: no longer needed; `blocked`: Postmark no longer sends to the address. */
  failureKind: 'unwanted' | 'blocked' | null
  deliveredAt: Date | null
  bouncedAt: Date | null
  bounceReason: BounceReason | null
  bounceIsFinal: Generated<boolean>
  complainedAt: Date | null
}

/** Blocked if it was last blocked after it was last freed. */
export interface BlockedEmailsTable {
  /** In lower case. */
  email: string
  blockedAt: Date | null
  reason: BlockReason | null
  freedAt: Date | null
}

export interface EmailOutagesTable {
  isTheOnly: Generated<boolean>
  reason: OutageCode
  since: Generated<Date>
  probes: Generated<number>
  nextProbeAt: Date
}
