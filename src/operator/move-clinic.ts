import {
  backupLines,
  clinicParts,
  fingerprintOf,
  SNAPSHOT,
  type TablePart,
} from '../database/backup-lines.ts'
import type { Client } from '../database/client.ts'
import { connected, lowerFence, raiseFence } from '../database/clinic-fence.ts'
import { addRows } from '../database/load-rows.ts'
import { moveWords as said } from '../words/en/move-clinic.ts'

interface Moved {
  name: string
  rows: number
  seconds: number
}

/**
 * One clinic with all its rows, sessions and links into the database of another installation that has the same SECRET. Nobody
 * gets in meanwhile, and what was on its way changes nothing any more; the copy is compared before it counts. What was here stays,
 * closed, until it is dropped.
 * @param from as the role that owns the tables
 * @param to likewise; it needs the right to set session_replication_role, as a superuser has
 */
export async function moveClinic(from: string, to: string, label: string): Promise<Moved> {
  const began = performance.now()
  const [source, target] = [await connected(from), await connected(to)]
  try {
    const { id, name } = await clinicToMove(source, target, label)
    await suspend(source, id, said.onItsWay)
    try {
      const parts = await clinicParts(source, id, { withSessions: true })
      for (const part of parts) await raiseFence(source, part, id)
      const rows = await copy(source, target, parts, id)
      await lowerFence(source, { table: 'clinics' }, id)
      await suspend(source, id, said.elsewhere)
      return { name, rows, seconds: (performance.now() - began) / 1_000 }
    } catch (error) {
      await target.query('rollback')
      await stayHere(source, id)
      throw error
    }
  } finally {
    await Promise.all([source.end(), target.end()])
  }
}

async function clinicToMove(source: Client, target: Client, label: string) {
  const migrations = async (client: Client) =>
    (await client.query('select name from kysely_migration order by name')).rows
      .map(({ name }) => name)
      .join()
  if ((await migrations(source)) !== (await migrations(target))) throw new Error(said.otherVersion)
  const { rows } = await source.query(
    `select clinics.id, name, suspended_at as "suspendedAt", closes_at as "closesAt", array_agg(labels.label) as labels
     from clinics join labels on given_to = clinics.id where lower(clinics.label) = $1 group by clinics.id`,
    [label.toLowerCase()],
  )
  const [clinic] = rows
  if (!clinic) throw new Error(said.unknown({ label }))
  if (clinic.suspendedAt || clinic.closesAt) throw new Error(said.notOpen({ name: clinic.name }))
  const taken = await target.query('select label from labels where label = any($1)', [clinic.labels])
  if (taken.rowCount) throw new Error(said.labelTaken({ label: taken.rows[0].label }))
  const sameId = await target.query('select from clinics where id = $1', [clinic.id])
  if (sameId.rowCount) throw new Error(said.idTaken)
  return clinic as { id: string; name: string }
}

/** The first thing: no request begins any more, and no loop takes up anything. */
async function suspend(source: Client, id: string, reason: string): Promise<void> {
  const change = 'update clinics set suspended_at = now(), suspend_reason = $2 where id = $1'
  await source.query(change, [id, reason])
}

/** It counts only if everything is there as it was. */
async function copy(source: Client, target: Client, parts: TablePart[], id: string): Promise<number> {
  await source.query(SNAPSHOT)
  const lines = linesWithoutHead(backupLines(source, parts, { secret: null }))
  await target.query('begin')
  const tables = parts.map(({ table }) => table)
  const rows = await addRows(target, lines, { file: said.theCopy, tables })
  const [before, after] = [await fingerprintOf(source, parts), await fingerprintOf(target, parts)]
  await source.query('commit')
  for (const [table, fingerprint] of before)
    if (after.get(table) !== fingerprint) throw new Error(said.differs({ table }))
  await target.query('update clinics set suspended_at = null, suspend_reason = null where id = $1', [id])
  await target.query(`insert into events (clinic_id, action) values ($1, 'clinic.rehoused')`, [id])
  await target.query('commit')
  return rows
}

async function* linesWithoutHead(texts: AsyncGenerator<string>): AsyncGenerator<string> {
  let isHead = true
  for await (const text of texts) {
    if (!isHead) yield* text.trimEnd().split('\n')
    isHead = false
  }
}

/** As it was before. */
async function stayHere(source: Client, id: string): Promise<void> {
  await source.query('rollback')
  for (const part of await clinicParts(source, id, { withSessions: true })) await lowerFence(source, part, id)
  await source.query('update clinics set suspended_at = null, suspend_reason = null where id = $1', [id])
}
