import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Keys } from '../config/keys.ts'

const ALGORITHM = 'aes-256-gcm'
const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Whose secret it is, and in which row: copied to another one it doesn't open. */
export type SecretScope = readonly [clinicId: string, userId: string, row: string]

/** With the first key. Version, nonce, authentication tag, and what was encrypted. */
export function encryptSecret(keys: Keys, scope: SecretScope, secret: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, keys[0], nonce).setAAD(associated(scope))
  const encrypted = Buffer.concat([cipher.update(secret), cipher.final()])
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), encrypted])
}

/** With any key; null if none opens it here. */
export function decryptSecret(keys: Keys, scope: SecretScope, stored: Buffer): Buffer | null {
  if (stored[0] !== VERSION) return null
  const nonce = stored.subarray(1, 1 + NONCE_BYTES)
  const tag = stored.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES)
  const encrypted = stored.subarray(1 + NONCE_BYTES + TAG_BYTES)
  for (const key of keys) {
    try {
      const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
      decipher.setAAD(associated(scope)).setAuthTag(tag)
      return Buffer.concat([decipher.update(encrypted), decipher.final()])
    } catch {}
  }
  return null
}

function associated(scope: SecretScope): Buffer {
  return Buffer.from(JSON.stringify(scope))
}
