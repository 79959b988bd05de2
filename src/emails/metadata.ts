import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Config } from '../config.ts'
import type { Id } from '../database/schema.ts'

/** Travels with an e-mail through Postmark and comes back with every report, also before its message id is known here. */
export function metadataOf(config: Config, emailId: Id): { email_id: Id; proof: string } {
  return { email_id: emailId, proof: proofOf(config, emailId) }
}

/** Null where it is not ours: another program on the same Postmark server counts its e-mails from 1, too. */
export function emailIdIn(config: Config, metadata: unknown): Id | null {
  const { email_id: id, proof } = (metadata ?? {}) as Record<string, unknown>
  if (typeof id !== 'string' || typeof proof !== 'string' || !/^[1-9][0-9]{0,17}$/.test(id)) return null
  const [given, expected] = [Buffer.from(proof), Buffer.from(proofOf(config, id))]
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : null
}

function proofOf(config: Config, emailId: Id): string {
  return createHmac('sha256', config.keys.links).update(`email metadata\n${emailId}`).digest('base64url')
}
