import { randomBytes } from 'node:crypto'
import { linkIdOf, linkPath, linkToken, tokenMatches } from '../../src/emails/links.ts'
import t from '../support/tap.ts'
import { testConfig } from './fixtures.ts'

const key = [randomBytes(32)] as const
const invitation = { id: '314', nonce: randomBytes(32) }
const token = linkToken(key, 'invitation', invitation)

t.test('an invitation has one link, however often it is written', async (t) => {
  t.equal(linkToken(key, 'invitation', invitation), token)
  t.equal(linkIdOf(token), '314')
  t.ok(tokenMatches(key, 'invitation', invitation, token))
})

t.test('a link names the page that it opens', async (t) => {
  const config = testConfig()
  const own = linkToken(config.keys.links, 'invitation', invitation)
  t.equal(linkPath(config, 'invitation', invitation), `/join/${own}`)
})

t.test('a stranger cannot make a link out of another', async (t) => {
  const [, mac = ''] = token.split('.')
  const forged = {
    'another invitation': [{ ...invitation, id: '315' }, `315.${mac}`],
    'a newer nonce': [{ ...invitation, nonce: randomBytes(32) }, token],
    'a changed end': [invitation, token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')],
    'a shorter token': [invitation, token.slice(0, -1)],
    'a longer token': [invitation, `${token}=`],
    nothing: [invitation, ''],
    'letters of several bytes': [invitation, 'é'.repeat(token.length)],
  } as const
  for (const [name, [of, given]] of Object.entries(forged))
    t.notOk(tokenMatches(key, 'invitation', of, given), name)
  t.notOk(tokenMatches([randomBytes(32)], 'invitation', invitation, token), 'another key')
})

t.test('the last letter of a link has one spelling only', async (t) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const accepted = [...alphabet].filter((end) =>
    tokenMatches(key, 'invitation', invitation, token.slice(0, -1) + end),
  )
  t.equal(accepted.length, 1)
})

t.test('what is not of the shape of a token names no invitation', async (t) => {
  const [, mac = ''] = token.split('.')
  const malformed = [
    '',
    '.',
    'null',
    'undefined',
    mac,
    `.${mac}`,
    `0.${mac}`,
    `-1.${mac}`,
    `1e3.${mac}`,
    `007.${mac}`,
    ` 314.${mac}`,
    `1234567890123456789.${mac}`,
    `314.${mac}\n`,
    `314.${mac}A`,
    `314.${mac.slice(1)}`,
    `314.${mac.slice(1)}+`,
    `314.${mac}.${mac}`,
    `٣١٤.${mac}`,
    '9'.repeat(1_000_000),
  ]
  for (const given of malformed) t.equal(linkIdOf(given), null, JSON.stringify(given.slice(0, 60)))
  t.equal(linkIdOf(`999999999999999999.${mac}`), '999999999999999999')
})

t.test('a link of one kind does not serve for another', async (t) => {
  t.notOk(tokenMatches(key, 'password reset', invitation, token))
  t.notOk(tokenMatches(key, 'invitation', invitation, linkToken(key, 'password reset', invitation)))
})
