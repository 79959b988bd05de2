import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import type { Keys } from '../config/keys.ts'
import type { Fields } from './forms.ts'

/**
 * `verify`: its last look was shown, after its rules were kept. `carry`: on its way through sign-in, with nobody's rights
 * and nothing checked. `resume`: the same after signing in, a form like any other that has just been typed.
 */
export type SealPurpose = 'verify' | 'carry' | 'resume'

/** A posted form that travels through the browser and comes back as it was. */
export interface SealedForm {
  /** Once only: the database refuses a second act under the same id. */
  id: string
  purpose: SealPurpose
  url: string
  fields: Fields
  /** The signed-in session that it belongs to; empty while it is carried through sign-in. */
  lineage: string
  sealedAt: number
}

const SEAL_VALID_MS = 12 * 60 * 60 * 1000

export function sealForm(keys: Keys, form: Omit<SealedForm, 'id' | 'sealedAt'> & { id?: string }): string {
  const sealed: SealedForm = { id: randomUUID(), ...form, sealedAt: Date.now() }
  const text = Buffer.from(JSON.stringify(sealed)).toString('base64url')
  return `${text}.${mac(keys[0], text).toString('base64url')}`
}

/** Null when the seal was not ours, was changed, is too old, or was made for something else. */
export function openSeal(
  keys: Keys,
  seal: unknown,
  expected: { purpose: SealPurpose; lineage?: string; url?: string },
): SealedForm | null {
  const [text, signature] = typeof seal === 'string' ? seal.split('.', 2) : []
  if (!text || !signature) return null
  const given = Buffer.from(signature, 'base64url')
  const rights = keys.map((key) => mac(key, text))
  if (!rights.some((right) => given.length === right.length && timingSafeEqual(given, right))) return null

  const form = JSON.parse(Buffer.from(text, 'base64url').toString()) as SealedForm
  const isTheirs = expected.lineage === undefined || form.lineage === expected.lineage
  const isHere = expected.url === undefined || form.url === expected.url
  return form.purpose === expected.purpose && isTheirs && isHere && form.sealedAt > Date.now() - SEAL_VALID_MS
    ? form
    : null
}

function mac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
