import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Config } from '../config.ts'
import type { Id, Invitation } from '../database/schema.ts'

type Signed = Pick<Invitation, 'id' | 'nonce'>

const TOKEN = /^([1-9][0-9]{0,17})\.[A-Za-z0-9_-]{43}$/

/** Made anew whenever it is needed and kept nowhere: neither the database nor a log can give it away. */
export function invitationToken(key: Buffer, invitation: Signed): string {
  const hmac = createHmac('sha256', key).update(`invitation\n${invitation.id}\n`).update(invitation.nonce)
  return `${invitation.id}.${hmac.digest('base64url')}`
}

/** Which invitation a token speaks of, whether or not it is genuine; null where it is not of a token's shape. */
export function invitationIdOf(token: string): Id | null {
  return TOKEN.exec(token)?.[1] ?? null
}

export function tokenMatches(key: Buffer, invitation: Signed, token: string): boolean {
  const expected = Buffer.from(invitationToken(key, invitation))
  const given = Buffer.from(token)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

export function invitationUrl(config: Config, invitation: Signed): string {
  return `${config.publicUrl}/join/${invitationToken(config.keys.links, invitation)}`
}
