import pg from 'pg'
import { databaseProblems as said } from '../words/en/database-problems.ts'
import { type BackupLine, tablesOf } from './backup-lines.ts'

const ROWS_AT_ONCE = 500
const ROW = '{"row":'

/** The lines of a backup after its first, into a database that has the tables and nothing in them; all of it or nothing. */
export async function loadRows(
  client: pg.Client,
  lines: AsyncIterable<string>,
  file: string,
): Promise<number> {
  const tables = await tablesOf(client)
  await client.query('begin')
  const rows = await addRows(client, lines, { file, tables })
  for (const name of tables) await continueNumbers(client, name)
  await client.query('commit')
  return rows
}

/** In a transaction of the caller's. */
export async function addRows(
  client: pg.Client,
  lines: AsyncIterable<string>,
  { file, tables }: { file: string; tables: string[] },
): Promise<number> {
  // Rows come back as they were: no trigger acts on them, and no order is needed.
  await client.query('set local session_replication_role = replica')
  let [table, rows, isComplete] = ['', 0, false]
  let pending: string[] = []
  const flush = async () => {
    if (pending.length > 0) await insertRows(client, table, pending)
    rows += pending.length
    pending = []
  }
  for await (const line of lines) {
    // Not parsed here: JavaScript would round large numbers.
    if (line.startsWith(ROW)) pending.push(line.slice(ROW.length, -1))
    if (line.startsWith(ROW) && pending.length < ROWS_AT_ONCE) continue
    await flush()
    if (line.startsWith(ROW)) continue
    const part: Exclude<BackupLine, { row: unknown }> = JSON.parse(line)
    if ('end' in part) isComplete = part.end === rows
    else if (tables.includes(part.table)) table = part.table
    else throw new Error(said.unknownTable({ file }))
  }
  if (!isComplete) throw new Error(said.incompleteBackup({ file }))
  return rows
}

async function insertRows(client: pg.Client, table: string, rows: string[]): Promise<void> {
  const { rows: columns } = await client.query(
    `select quote_ident(attname) as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [pg.escapeIdentifier(table)],
  )
  const names = columns.map(({ name }) => name).join(', ')
  const into = pg.escapeIdentifier(table)
  await client.query(
    `insert into ${into} (${names}) overriding system value
     select ${names} from jsonb_populate_recordset(null::${into}, $1::jsonb)`,
    [`[${rows.join(',')}]`],
  )
}

async function continueNumbers(client: pg.Client, table: string): Promise<void> {
  const name = pg.escapeIdentifier(table)
  const { rows } = await client.query(
    `select attname as column from pg_attribute where attrelid = $1::regclass and attidentity <> ''`,
    [name],
  )
  for (const { column } of rows) {
    const key = pg.escapeIdentifier(column)
    await client.query(`select setval(pg_get_serial_sequence($1, $2), max(${key})) from ${name}`, [
      name,
      column,
    ])
  }
}
