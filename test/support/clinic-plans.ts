import pg from 'pg'

/** Where a row is found by what is unique in every clinic, or for loops over all of them. */
const DROP_OTHER_INDEXES = `
  do $$
  declare
    one record;
  begin
    for one in
      select indexrelid::regclass as index, indrelid::regclass as table, conname as name
      from pg_index
      join pg_attribute as clinic on clinic.attrelid = indrelid and clinic.attname = 'clinic_id'
      join pg_class on pg_class.oid = indrelid and relnamespace = 'public'::regnamespace
      left join pg_constraint on conindid = indexrelid and contype = 'u'
      where indkey[0] <> clinic.attnum
    loop
      if one.name is null then
        execute format('drop index %s', one.index);
      else
        execute format('alter table %s drop constraint %I', one.table, one.name);
      end if;
    end loop;
  end $$`

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Cond'?: string
  Plans?: Plan[]
}

/**
 * The queries that PostgreSQL cannot answer from indexes that begin with the clinic. With those, it reads no other clinic's
 * rows, however many there are. The other indexes of the database are dropped.
 */
export async function queriesWithoutClinicIndex(ownerUrl: string, texts: string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(DROP_OTHER_INDEXES)
    await client.query('set enable_seqscan = off; set enable_bitmapscan = off')
    const { rows } = await client.query<{ table: string }>(
      `select attrelid::regclass::text as table from pg_attribute where attname = 'clinic_id' and not attisdropped`,
    )
    const tables = new Set(rows.map(({ table }) => table))
    const found: string[] = []
    for (const text of texts) {
      const { rows } = await client.query(`explain (generic_plan, format json) ${text}`)
      if (readsFurther(rows[0]['QUERY PLAN'][0].Plan, tables)) found.push(text)
    }
    return found
  } finally {
    await client.end()
  }
}

function readsFurther(plan: Plan, tables: Set<string>): boolean {
  const { 'Node Type': node, 'Relation Name': table = '', 'Index Cond': condition = '', Plans = [] } = plan
  const begins = table === 'clinics' ? /^\(+id = / : /^\(+clinic_id = /
  const isRead = node !== 'ModifyTable' && (table === 'clinics' || tables.has(table))
  return (isRead && !begins.test(condition)) || Plans.some((inner) => readsFurther(inner, tables))
}
