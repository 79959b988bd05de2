import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import type { Keys } from '../config/keys.ts'
import type { Fields } from './forms.ts'

/**
 * `verify`: its last look was shown, after its rules were kept. `interrupted`: on its way through sign-in, with nobody's rights
 * and nothing checked. `restore`: the same after signing in, a form like any other that has just been typed.
 */
export type SigningPurpose = 'verify' | 'interrupted' | 'restore' | 'passkey'

/** A posted form that goes through the browser and comes back unchanged. */
interface SignedForm {
  /** The database rejects a second action with the same id. */
  id: string
  purpose: SigningPurpose
  url: string
  fields: Fields
  /** Its signed-in session; empty on its way through sign-in. */
  sessionId: string
  /** Whether verifying takes the second step, too. */
  asksForCode?: boolean
  signedAt: number
}

const SIGNED_FORM_VALID_MS = 12 * 60 * 60 * 1000

export function signForm(keys: Keys, form: Omit<SignedForm, 'id' | 'signedAt'> & { id?: string }): string {
  const signed: SignedForm = { id: randomUUID(), ...form, signedAt: Date.now() }
  const text = Buffer.from(JSON.stringify(signed)).toString('base64url')
  return `${text}.${mac(keys[0], text).toString('base64url')}`
}

/** Null if we didn't sign it, or it was changed, is too old, or was made for another purpose. */
export function openSignedForm(
  keys: Keys,
  signedForm: unknown,
  expected: { purpose: SigningPurpose; sessionId?: string; url?: string },
): SignedForm | null {
  const [text, signature] = typeof signedForm === 'string' ? signedForm.split('.', 2) : []
  if (!text || !signature) return null
  const given = Buffer.from(signature, 'base64url')
  const rights = keys.map((key) => mac(key, text))
  if (!rights.some((right) => given.length === right.length && timingSafeEqual(given, right))) return null

  const form = JSON.parse(Buffer.from(text, 'base64url').toString()) as SignedForm
  const isTheirs = expected.sessionId === undefined || form.sessionId === expected.sessionId
  const isHere = expected.url === undefined || form.url === expected.url
  return form.purpose === expected.purpose &&
    isTheirs &&
    isHere &&
    form.signedAt > Date.now() - SIGNED_FORM_VALID_MS
    ? form
    : null
}

function mac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
