import { createHash } from 'node:crypto'
import type { Database } from '../database/database.ts'
import type { Id, User } from '../database/schema.ts'
import { findUser } from '../users/users.ts'

/** How long someone can take between their password and their second step. */
const PENDING_MINUTES = 10

/**
 * Kept in the session of a guest: whoever has shown only a password is nobody. It ends with a change of the password,
 * the address or the second steps.
 */
export interface PendingSignIn {
  userId: Id
  fingerprint: string
  since: string
  /** The page they wanted. */
  next?: string | undefined
  /** An emailed link that brought them, such as to confirm a new address. */
  link?: string | undefined
  /** Whether they have to set up their first second step, and what allows it. */
  setUp?: { linkId: Id } | { joined: true } | undefined
}

export function pendingFor(user: User, rest: Pick<PendingSignIn, 'next' | 'link' | 'setUp'>): PendingSignIn {
  return { userId: user.id, fingerprint: fingerprintOf(user), since: new Date().toISOString(), ...rest }
}

/** Who it is, if it's still good. */
export async function userPending(
  db: Database,
  clinicId: Id,
  pending: PendingSignIn | undefined,
): Promise<User | null> {
  if (!pending || Date.parse(pending.since) < Date.now() - PENDING_MINUTES * 60_000) return null
  const user = await findUser(db, clinicId, pending.userId)
  return user && !user.deactivatedAt && fingerprintOf(user) === pending.fingerprint ? user : null
}

function fingerprintOf({ passwordHash, email, factorGeneration }: User): string {
  return createHash('sha256')
    .update(JSON.stringify([passwordHash, email, factorGeneration]))
    .digest('base64url')
}
