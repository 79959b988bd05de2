import pg from 'pg'

/** The first line of a backup. */
export interface BackupHead {
  format: typeof FORMAT
  createdAt: string
  migrations: string[]
  /** Null where SECRET came from the environment, which has to be kept as well, and of one clinic among others. */
  secret: string | null
}

/** A table's rows follow its line; the last line says how many rows there were, so that a shortened file is noticed. */
export type BackupLine = { table: string } | { row: unknown } | { end: number }

export const FORMAT = 'frontdesk backup 1'
const ROWS_AT_ONCE = 500

/** Rows of all tables as they were at one moment. */
export const SNAPSHOT = 'begin isolation level repeatable read read only'

type Queryable = Pick<pg.ClientBase, 'query'>

/** What is read of a table; all of it without a condition. */
export interface TablePart {
  table: string
  where?: string
}

/** Without sessions and what was typed in them, or a restore would revive those that were ended since. */
const OF_SESSIONS = ['sessions', 'kept_forms']

export async function tablesOf(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select tablename as name from pg_tables
     where schemaname = 'public' and tablename not like 'kysely%' order by tablename`,
  )
  return rows.map(({ name }) => name).filter((name) => !OF_SESSIONS.includes(name))
}

export async function wholeTables(client: Queryable): Promise<TablePart[]> {
  return (await tablesOf(client)).map((table) => ({ table }))
}

/** All that is one clinic's; with its sessions only where they go on. */
export async function clinicParts(
  client: Queryable,
  clinicId: string,
  { withSessions = false } = {},
): Promise<TablePart[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_attribute join pg_class on pg_class.oid = attrelid
     where attname = 'clinic_id' and not attisdropped and relkind in ('r', 'p') and not relispartition
       and relnamespace = 'public'::regnamespace order by relname`,
  )
  const id = pg.escapeLiteral(clinicId)
  const ofClinic = rows.filter(({ name }) => withSessions || !OF_SESSIONS.includes(name))
  return [
    { table: 'clinics', where: `id = ${id}` },
    { table: 'labels', where: `given_to = ${id}` },
    ...ofClinic.map(({ name }) => ({ table: name, where: `clinic_id = ${id}` })),
  ]
}

/** In a transaction of the caller's, see `SNAPSHOT`. */
export async function* backupLines(
  client: Queryable,
  parts: TablePart[],
  { secret, counted = { rows: 0 } }: { secret: string | null; counted?: { rows: number } },
): AsyncGenerator<string> {
  const { rows } = await client.query<{ name: string }>('select name from kysely_migration order by name')
  const head: BackupHead = {
    format: FORMAT,
    createdAt: new Date().toISOString(),
    migrations: rows.map(({ name }) => name),
    secret,
  }
  yield `${JSON.stringify(head)}\n`
  for (const { table, where = 'true' } of parts) {
    yield `${JSON.stringify({ table })}\n`
    // As text from PostgreSQL itself: JavaScript would round large numbers and microseconds.
    await client.query(
      `declare lines cursor for select to_jsonb(t)::text as row from ${pg.escapeIdentifier(table)} t where ${where}`,
    )
    for (;;) {
      const { rows } = await client.query<{ row: string }>(`fetch ${ROWS_AT_ONCE} from lines`)
      if (rows.length === 0) break
      counted.rows += rows.length
      yield rows.map(({ row }) => `{"row":${row}}\n`).join('')
    }
    await client.query('close lines')
  }
  yield `${JSON.stringify({ end: counted.rows })}\n`
}

/** All that a clinic's tables hold of it, each as a count and a hash. */
export async function fingerprintOf(client: Queryable, parts: TablePart[]): Promise<Map<string, string>> {
  const fingerprints = new Map<string, string>()
  for (const { table, where = 'true' } of parts) {
    const { rows } = await client.query<{ fingerprint: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(hash, '' order by hash)), '') as fingerprint
       from (select md5(to_jsonb(t)::text) as hash from ${pg.escapeIdentifier(table)} t where ${where}) as hashes`,
    )
    fingerprints.set(table, rows[0]?.fingerprint ?? '')
  }
  return fingerprints
}
