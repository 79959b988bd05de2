import type { Keys } from '../config/keys.ts'
import type { User } from '../database/schema.ts'
import { decryptSecret, encryptSecret, type SecretScope } from './encrypted-secret.ts'

/** Long enough to find a printer. */
const NEW_CODES_MINUTES = 15

/** Recovery codes between being made and being kept: a page that is reloaded still shows them. */
export interface NewCodes {
  codes: string
  since: string
}

export function keepNewCodes(keys: Keys, user: Pick<User, 'clinicId' | 'id'>, codes: string[]): NewCodes {
  const text = Buffer.from(JSON.stringify(codes))
  const encrypted = encryptSecret(keys, scopeOf(user), text).toString('base64url')
  return { codes: encrypted, since: new Date().toISOString() }
}

export function newCodesOf(
  keys: Keys,
  user: Pick<User, 'clinicId' | 'id'>,
  kept: NewCodes | undefined,
): string[] | null {
  if (!kept || Date.parse(kept.since) < Date.now() - NEW_CODES_MINUTES * 60_000) return null
  const text = decryptSecret(keys, scopeOf(user), Buffer.from(kept.codes, 'base64url'))
  return text && (JSON.parse(text.toString()) as string[])
}

function scopeOf({ clinicId, id }: Pick<User, 'clinicId' | 'id'>): SecretScope {
  return [clinicId, id, 'new codes']
}
