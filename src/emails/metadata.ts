import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Config } from '../config.ts'
import type { Id } from '../database/schema.ts'

/** Sent with an email, and returned by Postmark with every report, even before we know its message id. */
export function metadataOf(config: Config, emailId: Id): { email_id: Id; signature: string } {
  return { email_id: emailId, signature: signatureOf(config.keys.links[0], emailId) }
}

/** Null if it isn't ours: another program on the same Postmark server may also number its emails from 1. */
export function emailIdIn(config: Config, metadata: unknown): Id | null {
  const { email_id: id, signature } = (metadata ?? {}) as Record<string, unknown>
  if (typeof id !== 'string' || typeof signature !== 'string' || !/^[1-9][0-9]{0,17}$/.test(id)) return null
  const given = Buffer.from(signature)
  const isOurs = config.keys.links.some((key) => {
    const expected = Buffer.from(signatureOf(key, id))
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
  return isOurs ? id : null
}

function signatureOf(key: Buffer, emailId: Id): string {
  return createHmac('sha256', key).update(`email metadata\n${emailId}`).digest('base64url')
}
