import { clinicParts } from '../database/backup-lines.ts'
import { connected, lowerFence } from '../database/clinic-fence.ts'
import { moveWords as said } from '../words/en/move-clinic.ts'

/** What stayed of a clinic that was moved: once nobody can want it back. */
export async function dropMoved(from: string, label: string): Promise<number> {
  const source = await connected(from)
  try {
    const clinic = await source.query(
      `select id from clinics where lower(label) = $1 and suspend_reason = $2`,
      [label.toLowerCase(), said.elsewhere],
    )
    const { id } = clinic.rows[0] ?? {}
    if (!id) throw new Error(said.notMoved({ label }))
    await source.query('begin')
    for (const part of await clinicParts(source, id, { withSessions: true }))
      await lowerFence(source, part, id)
    await source.query('alter table clinics disable trigger clinics_close_in_time')
    await source.query('update clinics set closes_at = now() where id = $1', [id])
    await source.query('alter table clinics enable trigger clinics_close_in_time')
    let dropped = 0
    for (let gone = 1; gone > 0; dropped += gone) {
      const { rows } = await source.query('select forget_clinic($1, 1000)::int as gone', [id])
      gone = rows[0].gone
    }
    await source.query('delete from labels where label = $1', [label.toLowerCase()])
    await source.query('commit')
    return dropped
  } finally {
    await source.end()
  }
}
