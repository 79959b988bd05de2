import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Config } from '../config.ts'
import type { Id } from '../database/schema.ts'

/** Travels with an email through Postmark and comes back with every report, also before its message id is known here. */
export function metadataOf(config: Config, emailId: Id): { email_id: Id; proof: string } {
  return { email_id: emailId, proof: proofOf(config.keys.links[0], emailId) }
}

/** Null where it is not ours: another program on the same Postmark server counts its emails from 1, too. */
export function emailIdIn(config: Config, metadata: unknown): Id | null {
  const { email_id: id, proof } = (metadata ?? {}) as Record<string, unknown>
  if (typeof id !== 'string' || typeof proof !== 'string' || !/^[1-9][0-9]{0,17}$/.test(id)) return null
  const given = Buffer.from(proof)
  const isOurs = config.keys.links.some((key) => {
    const expected = Buffer.from(proofOf(key, id))
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
  return isOurs ? id : null
}

function proofOf(key: Buffer, emailId: Id): string {
  return createHmac('sha256', key).update(`email metadata\n${emailId}`).digest('base64url')
}
