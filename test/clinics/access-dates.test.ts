import { sql } from 'kysely'
import { closedOn, dayIn } from '../../src/clinics/access-dates.ts'
import { testDatabase } from '../support/database.ts'
import t from '../support/tap.ts'

const { db } = await testDatabase(t)

async function closedAt(timeZone: string, moment: string, dates: { from?: string; until?: string }) {
  const { from = null, until = null } = dates
  const users = sql`(select ${from}::date as access_from, ${until}::date as access_until) as users`
  const today = dayIn(sql`${timeZone}::text`, sql`${moment}::timestamptz`)
  const { rows } = await sql<{
    closed: string | null
  }>`select ${closedOn(today)} as closed from ${users}`.execute(db)
  return rows[0]?.closed
}

t.test(
  'access begins and ends at the midnight of the clinic’s time zone, also where clocks change',
  async (t) => {
    const boundaries: [timeZone: string, day: string, begins: string, ends: string][] = [
      ['UTC', '2026-12-03', '2026-12-03T00:00:00Z', '2026-12-04T00:00:00Z'],
      ['Australia/Melbourne', '2026-12-03', '2026-12-02T13:00:00Z', '2026-12-03T13:00:00Z'],
      // A day of 23 hours, and one of 25.
      ['Australia/Melbourne', '2026-10-04', '2026-10-03T14:00:00Z', '2026-10-04T13:00:00Z'],
      ['Europe/London', '2026-10-25', '2026-10-24T23:00:00Z', '2026-10-26T00:00:00Z'],
      // Clocks go from midnight to one; a midnight that is there twice.
      ['America/Santiago', '2026-09-06', '2026-09-06T04:00:00Z', '2026-09-07T03:00:00Z'],
      ['Atlantic/Azores', '2026-10-25', '2026-10-25T00:00:00Z', '2026-10-26T01:00:00Z'],
      ['Pacific/Kiritimati', '2026-12-31', '2026-12-30T10:00:00Z', '2026-12-31T10:00:00Z'],
    ]
    for (const [timeZone, day, begins, ends] of boundaries) {
      const only = { from: day, until: day }
      const before = (moment: string) => new Date(Date.parse(moment) - 1).toISOString()
      t.equal(await closedAt(timeZone, before(begins), only), 'not begun', `${timeZone} before ${begins}`)
      t.equal(await closedAt(timeZone, begins, only), null, `${timeZone} at ${begins}`)
      t.equal(await closedAt(timeZone, before(ends), only), null, `${timeZone} before ${ends}`)
      t.equal(await closedAt(timeZone, ends, only), 'ended', `${timeZone} at ${ends}`)
    }
  },
)

t.test('without dates, access has neither beginning nor end', async (t) => {
  t.equal(await closedAt('UTC', '2026-12-03T12:00:00Z', {}), null)
  t.equal(await closedAt('UTC', '2026-12-03T12:00:00Z', { from: '2026-12-03' }), null)
  t.equal(await closedAt('UTC', '2026-12-03T12:00:00Z', { until: '2026-12-03' }), null)
})
