import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Keys } from '../config/keys.ts'
import type { Config } from '../config.ts'
import type { Id } from '../database/schema.ts'

/** Each kind of link and the page it opens. The purpose is signed, so one kind can't be used as another. */
export const PATHS = {
  invitation: '/join',
  'password reset': '/reset-password',
  'email change': '/confirm-email',
  'email replacement': '/new-mailbox',
  'email replacement stop': '/stop-replacement',
  'second step': '/set-up-second-step',
  'clinic invitation': '/new-clinic',
  mailbox: '/find',
} as const

export type LinkPurpose = keyof typeof PATHS

/** A clinic's links: those of another one are unknown here. */
export interface Links {
  clinicId: Id
  keys: Keys
}

interface Signed {
  id: Id
  nonce: Buffer
}

const TOKEN = /^([1-9][0-9]{0,17})\.[A-Za-z0-9_-]{43}$/
/** Prefix of what stands in for an opened link. */
const OPENED = 'opened-'

/** Made whenever it's needed and stored nowhere, so no database or log can leak it. */
export function linkToken(keys: Keys, purpose: LinkPurpose, signed: Signed): string {
  return tokenOf(keys[0], purpose, signed)
}

function tokenOf(key: Buffer, purpose: LinkPurpose, signed: Signed): string {
  const hmac = createHmac('sha256', key).update(`${purpose}\n${signed.id}\n`).update(signed.nonce)
  return `${signed.id}.${hmac.digest('base64url')}`
}

/** Which row a token refers to, genuine or not; null if it's malformed. */
export function linkIdOf(token: string): Id | null {
  return TOKEN.exec(token)?.[1] ?? null
}

/** What a browser holds in place of an opened token: good for a form, but not a link. */
export function openedLink(keys: Keys, token: string): string {
  return openedWith(keys[0], token)
}

function openedWith(key: Buffer, token: string): string {
  const mac = createHmac('sha256', key).update(`${OPENED}\n${token}`).digest('base64url')
  return `${OPENED}${linkIdOf(token)}.${mac}`
}

export function openedIdOf(opened: string): Id | null {
  return opened.startsWith(OPENED) ? linkIdOf(opened.slice(OPENED.length)) : null
}

/** Whether this is the row's token, or stands in for it once opened. */
export function tokenMatches(keys: Keys, purpose: LinkPurpose, signed: Signed, given: string): boolean {
  return keys.some((key) => {
    const token = tokenOf(key, purpose, signed)
    return isSame(given, token) || keys.some((opener) => isSame(given, openedWith(opener, token)))
  })
}

function isSame(one: string, other: string): boolean {
  const [given, expected] = [Buffer.from(one), Buffer.from(other)]
  return given.length === expected.length && timingSafeEqual(given, expected)
}

export function linkPath(config: Config, purpose: LinkPurpose, signed: Signed): string {
  return `${PATHS[purpose]}/${linkToken(config.keys.links, purpose, signed)}`
}
