import { hkdfSync } from 'node:crypto'

export const SECRET_MIN_LENGTH = 32

const KEY_PURPOSES = ['cookies', 'links', 'forms', 'passwords', 'setup', 'two-step'] as const
export type KeyPurpose = (typeof KEY_PURPOSES)[number]

/** What is written is written with the first; what comes back is opened with any. */
export type Keys = readonly [Buffer, ...Buffer[]]

/** One key for each purpose, of each secret. */
export function derivedKeys(secret: string): Readonly<Record<KeyPurpose, Keys>> {
  const secrets = secretsIn(secret)
  const keys = (purpose: KeyPurpose) => secrets.map((each) => derivedKey(each, purpose)) as unknown as Keys
  return Object.fromEntries(KEY_PURPOSES.map((purpose) => [purpose, keys(purpose)])) as Record<
    KeyPurpose,
    Keys
  >
}

/** `new,old` while it is being changed. What has a short part is one secret with a comma in it; blanks elsewhere are its own. */
export function secretsIn(secret: string): string[] {
  const parts = secret.split(/\s*,\s*/)
  return parts.every((part) => part.length >= SECRET_MIN_LENGTH) ? parts : [secret]
}

function derivedKey(secret: string, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `frontdesk ${purpose}`, 32))
}
