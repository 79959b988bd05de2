import { randomBytes } from 'node:crypto'
import { decryptSecret, encryptSecret } from '../../src/sessions/encrypted-secret.ts'
import t from '../support/tap.ts'

const [old, current] = [randomBytes(32), randomBytes(32)]
const scope = ['1', '2', 'row'] as const

t.test('a secret opens only in the row it was written for', async (t) => {
  const secret = randomBytes(20)
  const stored = encryptSecret([current], scope, secret)
  t.notOk(stored.includes(secret))
  t.same(decryptSecret([current], scope, stored), secret)
  for (const other of [
    ['1', '3', 'row'],
    ['2', '2', 'row'],
    ['1', '2', 'pending'],
  ] as const)
    t.equal(decryptSecret([current], other, stored), null, `not at ${other}`)
  t.equal(decryptSecret([old], scope, stored), null, 'nor with another key')
  const bent = Buffer.from(stored)
  bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1
  t.equal(decryptSecret([current], scope, bent), null, 'nor changed')
})

t.test('what an old key encrypted opens while SECRET is being rotated', async (t) => {
  const secret = randomBytes(20)
  t.same(decryptSecret([current, old], scope, encryptSecret([old], scope, secret)), secret)
  t.not(
    encryptSecret([old], scope, secret).toString('hex'),
    encryptSecret([old], scope, secret).toString('hex'),
  )
})
