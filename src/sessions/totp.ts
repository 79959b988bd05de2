import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** RFC 6238 as every app knows it: SHA-1, six digits, thirty seconds. */
const STEP_SECONDS = 30
const DIGITS = 6
/** RFC 4226 recommends 160 bits. */
const SECRET_BYTES = 20
/** A code of the step before or after is accepted, too: phones and people are a little slow. */
const TOLERATED_STEPS = 1
/** Further off than that, it is still the right secret on a phone whose clock is wrong. */
const SEARCHED_STEPS = 10
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function newSecret(): Buffer {
  return randomBytes(SECRET_BYTES)
}

export function stepAt(time: number): number {
  return Math.floor(time / 1_000 / STEP_SECONDS)
}

/** The code of a time step, as RFC 4226 truncates it. */
export function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0xf
  const number = mac.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

/** The step, around this time, whose code was typed; null if none. */
export function acceptedStep(secret: Buffer, typed: string, time: number): number | null {
  return findStep(secret, typed, stepAt(time), TOLERATED_STEPS)
}

/** How many minutes a phone's clock is wrong by, if the code is one of its secret; behind is negative. */
export function clockOffMinutes(secret: Buffer, typed: string, time: number): number | null {
  const now = stepAt(time)
  const step = findStep(secret, typed, now, SEARCHED_STEPS)
  return step === null ? null : Math.round(((step - now) * STEP_SECONDS) / 60)
}

/** Looks at all of them, so that the time it takes says nothing. */
function findStep(secret: Buffer, typed: string, now: number, within: number): number | null {
  const code = Buffer.from(digitsOf(typed))
  let found: number | null = null
  for (let step = now - within; step <= now + within; step++) {
    const expected = Buffer.from(codeAt(secret, step))
    if (code.length === expected.length && timingSafeEqual(code, expected)) found = step
  }
  return found
}

/** People type the gap that their app shows. */
function digitsOf(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s-]/g, '')
}

/** As apps take a secret by hand: RFC 4648, without padding. */
export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

/** What the QR code says: the Key URI Format of Google Authenticator, which all apps follow. */
export function otpauthUri(
  secret: Buffer,
  { clinicName, email }: { clinicName: string; email: string },
): string {
  const issuer = encodeURIComponent(clinicName.replaceAll(':', ' '))
  return `otpauth://totp/${issuer}:${encodeURIComponent(email)}?secret=${base32(secret)}&issuer=${issuer}`
}
