import { sql } from 'kysely'
import { plainIp } from '../../src/clinics/ip.ts'
import { readNetwork, shownNetwork } from '../../src/clinics/network.ts'
import { inWords } from '../../src/refusal.ts'
import { testDatabase } from '../support/database.ts'
import t from '../support/tap.ts'

const RIGHT: [typed: string, network: string][] = [
  ['203.0.113.7', '203.0.113.7/32'],
  ['203.0.113.0/24', '203.0.113.0/24'],
  ['203.0.113.0 / 24', '203.0.113.0/24'],
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['2001:db8::7', '2001:db8::7/128'],
  ['2001:DB8:0:0:0:0:0:0/32', '2001:db8::/32'],
  ['2001:db8:1:2::/64', '2001:db8:1:2::/64'],
  ['fd00:1:0:2::1:0', 'fd00:1:0:2::1:0/128'],
  ['::ffff:203.0.113.7', '203.0.113.7/32'],
  ['::ffff:cb00:7107', '203.0.113.7/32'],
  ['::ffff:203.0.113.0/120', '203.0.113.0/24'],
]

t.test('an address or a network is understood however it is written, as PostgreSQL writes it', async (t) => {
  const { db } = await testDatabase(t)
  for (const [typed, network] of RIGHT) {
    t.equal(readNetwork(typed, 'network1'), network, typed)
    const { rows } = await sql<{ text: string }>`select ${network}::cidr::text as text`.execute(db)
    t.same(rows, [{ text: network }], typed)
  }
  t.same(['203.0.113.7/32', '203.0.113.0/24', '2001:db8::7/128', '2001:db8::/32'].map(shownNetwork), [
    ...['203.0.113.7', '203.0.113.0/24', '2001:db8::7', '2001:db8::/32'],
  ])
})

t.test('what is none, or too wide, is refused in plain words, and with the right network', async (t) => {
  const said = (typed: string) => {
    const read = readNetwork(typed, 'network1')
    return typeof read === 'string' ? read : inWords(read).message
  }
  for (const typed of [
    ...[
      'front office',
      '203.0.113',
      '203.0.113.256',
      '203.0.113.0/33',
      '203.0.113.0/',
      '/24',
      '203.0.113.0/-1',
    ],
    ...[
      '203.0.113.07',
      '203.0.113.1-203.0.113.9',
      '2001:db8::/129',
      '2001:db8::1::2',
      'fe80::1%eth0',
      '1:2:3',
    ],
    ...['0x7f.1', '203.0.113.0/255.255.255.0', '203.0.113.0/24 203.0.114.0/24', '203.0.113.7:443'],
  ])
    t.match(said(typed), 'Enter an address such as 203.0.113.7', typed)
  for (const typed of ['0.0.0.0/0', '128.0.0.0/1', '8.0.0.0/7', '::/0', '2000::/3', '::ffff:0:0/90', '::/31'])
    t.match(said(typed), 'so wide that it limits nobody', typed)
  t.match(said('203.0.113.7/24'), 'Did you mean 203.0.113.0/24?')
  t.match(said('2001:db8::7/64'), 'Did you mean 2001:db8::/64?')
  t.match(said('::ffff:203.0.113.7/120'), 'Did you mean 203.0.113.0/24?')
})

t.test('a visitor’s address is compared as what it is', async (t) => {
  for (const [ip, plain] of [
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['2001:db8::7', '2001:db8::7'],
    ['203.0.113.7', '203.0.113.7'],
  ] as const)
    t.equal(plainIp(ip), plain)
})
