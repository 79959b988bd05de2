import t from '../support/tap.ts'
import { type Row, tableOf } from './table.ts'

t.test('the table has the median of each fault and way, and the worst', async (t) => {
  const row = (firstPage: number, unavailable: number): Row => ({
    ...{
      fault: 'machine killed',
      way: 'PgBouncer and HAProxy',
      firstPage,
      lastFailure: firstPage,
      unavailable,
      wrong: [],
    },
  })
  const [, , line] = tableOf([row(20, 80), row(1, 4), row(21.04, 90), row(22, 7)]).split('\n')
  t.match(
    line,
    /^\| machine killed \| PgBouncer and HAProxy \| 4 +\| 20\.5 \(22\.0\) \| 20\.5 \(22\.0\) \| 44 \(90\) \|$/,
  )
})
