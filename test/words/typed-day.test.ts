import { typedDay } from '../../src/words/typed-day.ts'
import t from '../support/tap.ts'

t.test('a day is understood as people and spreadsheets write it', async (t) => {
  for (const text of [
    ...['2026-12-03', '2026/12/3', '2026-12-03 00:00:00', '2026-12-03T00:00:00.000Z'],
    ...['3/12/2026', '03/12/2026', '3.12.2026', '3-12-2026', '3 12 2026', '3/12/26'],
    ...['3 Dec 2026', '3\u00a0Dec\u00a02026', '3 December 2026', '3rd dec. 2026', '3-Dec-26'],
    ...['Dec 3, 2026', 'December 3rd 2026', ' 3 Dec 2026 '],
  ])
    t.equal(typedDay(text, 'AU'), '2026-12-03', text)
  t.equal(typedDay('9 Sept 2026', 'GB'), '2026-09-09')
})

t.test('in numbers alone, the month comes first where the clinic’s country writes it first', async (t) => {
  t.equal(typedDay('3/12/2026', 'US'), '2026-03-12')
  t.equal(typedDay('12/3/2026', 'US'), '2026-12-03')
  for (const country of ['AU', 'NZ', 'GB', 'IE', 'DE', 'ZA', 'IN'])
    t.equal(typedDay('3/12/2026', country), '2026-12-03')
  t.equal(typedDay('2026-12-03', 'US'), '2026-12-03')
})

t.test('what is no day is none', async (t) => {
  for (const text of [
    ...['', 'soon', '31/2/2026', '29 Feb 2027', '2026-13-01', '0/1/2026', '3/12', '3 D 2026', '3 Decc 2026'],
    ...['1926-12-03', '20266-12-03', '3/12/20266', '2026-12-03 09:00', '3 Dec 2026 or so', '-3/12/2026'],
  ])
    t.equal(typedDay(text, 'AU'), null, text)
})
