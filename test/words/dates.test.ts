import { dated } from '../../src/words/dates.ts'
import t from '../support/tap.ts'

const MELBOURNE = 'Australia/Melbourne'
/** 1:30 pm in Melbourne. */
const NOW = new Date('2026-11-24T02:30:00Z')

/** With ~ for a space at which no line may end. */
const words = (at: string, zone = MELBOURNE, now = NOW) =>
  dated(new Date(at), zone, now).words.replaceAll('\u00a0', '~')

t.test('times are said as people say them, in the reader’s own day', async (t) => {
  t.equal(words('2026-11-24T01:05:00Z'), 'today at 12:05~pm')
  t.equal(words('2026-11-23T13:00:00Z'), 'today at 12:00~am', 'a day begins where the reader is')
  t.equal(words('2026-11-23T12:59:00Z'), 'yesterday at 11:59~pm')
  t.equal(words('2026-11-23T13:00:00Z', 'America/New_York'), 'today at 8:00~am')
  t.equal(words('2026-11-22T12:59:00Z'), '22~Nov, 11:59~pm')
  t.equal(words('2026-11-25T02:30:00Z'), '25~Nov, 1:30~pm', 'what is to come has no today')
  t.equal(words('2025-11-20T02:30:00Z'), '20~Nov 2025')
})

t.test('today stays right when a minute, a day or a zone changes', async (t) => {
  const at = '2026-11-24T12:30:00Z'
  t.equal(words(at, MELBOURNE, new Date('2026-11-24T12:59:59Z')), 'today at 11:30~pm')
  t.equal(words(at, MELBOURNE, new Date('2026-11-24T13:00:00Z')), 'yesterday at 11:30~pm')
  t.equal(words(at, 'UTC', new Date('2026-11-24T13:00:00Z')), 'today at 12:30~pm')
})

t.test('machines and whoever asks read the time exactly', async (t) => {
  t.match(dated(NOW, MELBOURNE, NOW), {
    iso: '2026-11-24T02:30:00.000Z',
    exact: 'Tuesday 24\u00a0November 2026 at 1:30\u00a0pm\u00a0AEDT',
  })
})
