import { Client } from './client.ts'

/** 2^40 ids each: more than any table of one installation will ever have. */
const RANGE_BITS = 40

/** Lets every id that is given from now on be one that no installation with another range ever gives. */
export async function keepToIdRange(ownerUrl: string, range: number): Promise<void> {
  if (range === 0) return
  const client = new Client({ connectionString: ownerUrl, application_name: 'frontdesk' })
  await client.connect()
  try {
    const { rows } = await client.query<{ sequence: string }>(
      `select pg_get_serial_sequence(quote_ident(relname), attname) as sequence
       from pg_attribute join pg_class on pg_class.oid = attrelid
       where attidentity <> '' and relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`,
    )
    for (const { sequence } of rows)
      await client.query(
        `select setval($1::regclass, $2::bigint << ${RANGE_BITS}) from ${sequence} where last_value < $2::bigint << ${RANGE_BITS}`,
        [sequence, range],
      )
  } finally {
    await client.end()
  }
}
