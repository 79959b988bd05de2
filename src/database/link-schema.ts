import type { GeneratedAlways } from 'kysely'
import type { CreatedAt, Id } from './columns.ts'

/** What the links in emails stand for. */
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
  /** As they were when it was asked for; a link dies when either changes. */
  email: string
  passwordFingerprint: Buffer
  /** An administrator who sent it; null where somebody asked for their own. */
  requestedBy: Id | null
  nonce: Buffer
  createdAt: CreatedAt
  expiresAt: Date
  usedAt: Date | null
}

/** Somebody whose link no longer works asked for a new one. */
export interface InvitationRequestsTable {
  id: GeneratedAlways<Id>
  clinicId: Id
  userId: Id
  openedInvitationId: Id
  /** The newest one at that moment; a newer one is the answer. */
  latestInvitationId: Id
  createdAt: CreatedAt
}

/** A new address that waits until its mailbox confirms it. */
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
  /** Only for somebody who can no longer sign in, and from when on the link works. */
  identifiedBy: IdentifiedBy | null
  usableFrom: Date | null
}

/** How an administrator made sure that it is really the person. */
export type IdentifiedBy = 'phone' | 'in person' | 'not yet'
