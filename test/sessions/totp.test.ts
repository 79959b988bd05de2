import { acceptedStep, base32, clockOffMinutes, codeAt, otpauthUri, stepAt } from '../../src/sessions/totp.ts'
import t from '../support/tap.ts'

const RFC_SECRET = Buffer.from('12345678901234567890')

/** Appendix B of RFC 6238, for SHA-1, and its last six of eight digits. */
const VECTORS: [seconds: number, code: string][] = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
]

t.test('codes are those of RFC 6238', async (t) => {
  for (const [seconds, code] of VECTORS)
    t.equal(codeAt(RFC_SECRET, stepAt(seconds * 1_000)), code.slice(-6), `${seconds}`)
})

t.test('a code of this step, the one before or the one after is accepted, and no other', async (t) => {
  const now = 1_700_000_000_000
  const step = stepAt(now)
  for (const off of [-1, 0, 1])
    t.equal(acceptedStep(RFC_SECRET, codeAt(RFC_SECRET, step + off), now), step + off)
  for (const off of [-2, 2]) t.equal(acceptedStep(RFC_SECRET, codeAt(RFC_SECRET, step + off), now), null)
  const gap = codeAt(RFC_SECRET, step).replace(/^(...)/, '$1 ')
  t.equal(acceptedStep(RFC_SECRET, gap, now), step, 'typed with the gap that the app shows')
  for (const wrong of ['', '12345', '1234567', 'abcdef']) t.equal(acceptedStep(RFC_SECRET, wrong, now), null)
})

t.test('a phone whose clock is wrong by minutes is recognised', async (t) => {
  const now = 1_700_000_000_000
  const step = stepAt(now)
  t.equal(clockOffMinutes(RFC_SECRET, codeAt(RFC_SECRET, step + 8), now), 4)
  t.equal(clockOffMinutes(RFC_SECRET, codeAt(RFC_SECRET, step - 8), now), -4)
  t.equal(clockOffMinutes(RFC_SECRET, codeAt(RFC_SECRET, step + 11), now), null)
})

t.test('apps read the secret and whose it is', async (t) => {
  // RFC 4648, section 10.
  for (const [plain, encoded] of [
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foobar', 'MZXW6YTBOI'],
  ] as const)
    t.equal(base32(Buffer.from(plain)), encoded)
  const uri = new URL(
    otpauthUri(RFC_SECRET, { clinicName: 'Harbour: Street & Co', email: 'nora@clinic.example' }),
  )
  t.equal(uri.href.slice(0, 15), 'otpauth://totp/')
  t.equal(
    decodeURIComponent(uri.pathname.split('/').at(-1) ?? ''),
    'Harbour  Street & Co:nora@clinic.example',
  )
  t.equal(uri.searchParams.get('secret'), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
  t.equal(uri.searchParams.get('issuer'), 'Harbour  Street & Co')
})
