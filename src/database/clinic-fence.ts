import pg from 'pg'
import type { TablePart } from './backup-lines.ts'
import { Client } from './client.ts'

const OUT_OF_THE_WAY_MS = 2_000
const FENCE = 'clinic_is_elsewhere'

/** As the role that owns the tables. */
export async function connected(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString, application_name: 'frontdesk move' })
  await client.connect()
  return client
}

/** Waits for those who are writing, and lets nobody write after them; each table for a moment, so that other clinics hardly notice. */
export async function raiseFence(source: Client, { table }: TablePart, id: string): Promise<void> {
  const key = columnOf(table)
  const name = pg.escapeIdentifier(table)
  await source.query('begin')
  await source.query(`set local lock_timeout = ${OUT_OF_THE_WAY_MS}`)
  for (const [event, row] of [
    ['insert or update', 'new'],
    ['delete', 'old'],
  ])
    await source.query(
      `create trigger ${fenceOf(id, event as string)} before ${event} on ${name}
       for each row when (${row}.${key} = ${Number(id)}) execute function ${FENCE}()`,
    )
  await source.query('commit')
}

export async function lowerFence(source: Client, { table }: TablePart, id: string): Promise<void> {
  for (const event of ['insert or update', 'delete'])
    await source.query(`drop trigger if exists ${fenceOf(id, event)} on ${pg.escapeIdentifier(table)}`)
}

function fenceOf(id: string, event: string): string {
  return pg.escapeIdentifier(`elsewhere_${id}_${event.replaceAll(' ', '_')}`)
}

function columnOf(table: string): string {
  if (table === 'clinics') return 'id'
  return table === 'labels' ? 'given_to' : 'clinic_id'
}
