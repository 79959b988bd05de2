import { createHash, randomBytes } from 'node:crypto'
import type { Id } from '../database/schema.ts'

/** It names its clinic, so that it can be looked up there and nowhere else. */
export function newToken(clinicId: Id): string {
  return `${clinicId}-${randomBytes(24).toString('base64url')}`
}

/** Tokens are signed, so this is what we wrote. */
export function clinicIdIn(token: string): Id {
  return token.split('-', 1)[0] ?? ''
}

export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
