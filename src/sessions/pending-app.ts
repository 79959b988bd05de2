import { randomUUID } from 'node:crypto'
import type { Keys } from '../config/keys.ts'
import type { User } from '../database/schema.ts'
import { decryptSecret, encryptSecret, type SecretScope } from './encrypted-secret.ts'
import { newSecret } from './totp.ts'

/** How long a QR code is shown for. */
const SET_UP_MINUTES = 15

/** A secret that is shown and not yet confirmed by a code; encrypted, and never the one of an app that is in use. */
export interface PendingApp {
  /** Of the app that it becomes, once. */
  id: string
  secret: string
  since: string
}

export function newPendingApp(keys: Keys, user: Pick<User, 'clinicId' | 'id'>): PendingApp {
  const secret = encryptSecret(keys, scopeOf(user), newSecret())
  return { id: randomUUID(), secret: secret.toString('base64url'), since: new Date().toISOString() }
}

/** One that can become an app. */
export interface OpenedApp {
  id: string
  secret: Buffer
}

/** Null if there's none, if it's too old, or if it's someone else's. */
export function openPendingApp(
  keys: Keys,
  user: Pick<User, 'clinicId' | 'id'>,
  pending: PendingApp | undefined,
): OpenedApp | null {
  if (!pending || Date.parse(pending.since) < Date.now() - SET_UP_MINUTES * 60_000) return null
  const secret = decryptSecret(keys, scopeOf(user), Buffer.from(pending.secret, 'base64url'))
  return secret && { id: pending.id, secret }
}

function scopeOf({ clinicId, id }: Pick<User, 'clinicId' | 'id'>): SecretScope {
  return [clinicId, id, 'pending']
}
