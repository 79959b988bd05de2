import type { GeneratedAlways } from 'kysely'
import type { CreatedAt, Id } from './columns.ts'

/** What the links in emails refer to. */
export interface InvitationsTable {
  id: GeneratedAlways<Id>
  clinicId: Id
  userId: Id
  /** The address that the invitation went to. */
  email: string
  invitedBy: Id
  nonce: Buffer
  createdAt: CreatedAt
  expiresAt: Date
  acceptedAt: Date | null
  revokedAt: Date | null
}

export interface PasswordResetsTable {
  id: GeneratedAlways<Id>
  clinicId: Id
  userId: Id
  /** As they were at the time of the request; if either changes, the link stops working. */
  email: string
  passwordFingerprint: Buffer
  /** The administrator who sent it; null if the person requested it. */
  requestedBy: Id | null
  nonce: Buffer
  createdAt: CreatedAt
  expiresAt: Date
  usedAt: Date | null
}

/** Someone whose link no longer works requested a new one. */
export interface InvitationRequestsTable {
  id: GeneratedAlways<Id>
  clinicId: Id
  userId: Id
  openedInvitationId: Id
  /** The latest one at the time; a later one answers the request. */
  latestInvitationId: Id
  createdAt: CreatedAt
}

/** A new address waiting for confirmation from its mailbox. */
export interface EmailChangesTable {
  id: GeneratedAlways<Id>
  clinicId: Id
  userId: Id
  oldEmail: string
  newEmail: string
  requestedBy: Id
  nonce: Buffer
  createdAt: CreatedAt
  expiresAt: Date
  confirmedAt: Date | null
  withdrawnAt: Date | null
  /** Only for someone who can no longer sign in: when the link starts to work. */
  identifiedBy: IdentifiedBy | null
  usableFrom: Date | null
}

/** How an administrator confirmed who it is. */
export type IdentifiedBy = 'phone' | 'in person' | 'not yet' | 'other'
