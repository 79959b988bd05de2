import { sql } from 'kysely'
import { testDatabase } from '../support/database.ts'
import t from '../support/tap.ts'

/** Of the mail server or of a key that is counted before anybody is known; they belong to no clinic. */
const OF_NO_CLINIC = [
  ...['blocked_emails', 'clinics', 'email_outages', 'throttles'],
  ...['labels', 'closed_clinics', 'clinic_invitations', 'finder_requests'],
]

interface Constraint {
  of: string
  kind: 'p' | 'f'
  columns: string[]
  to: string | null
}

t.test('a row is named with its clinic, and can point to no row of another one', async (t) => {
  const { db } = await testDatabase(t)
  const { rows } = await sql<Constraint>`
    select conrelid::regclass::text as of, contype as kind, nullif(confrelid, 0)::regclass::text as to, (
      select array_agg(attname::text order by index)
      from unnest(conkey) with ordinality as key (number, index)
      join pg_attribute on attrelid = conrelid and attnum = number) as columns
    from pg_constraint
    where connamespace = 'public'::regnamespace and contype in ('p', 'f')
      and conrelid::regclass::text not like 'kysely%'`.execute(db)
  const isOfClinics = ({ of, to }: Constraint) =>
    !OF_NO_CLINIC.includes(of) && (to === 'clinics' || !OF_NO_CLINIC.includes(to ?? ''))
  const ofClinics = rows.filter(isOfClinics)
  t.ok(ofClinics.length > 20)
  for (const { of, kind, columns, to } of ofClinics) {
    t.equal(columns[0], 'clinic_id', `${of} ${kind} ${columns}`)
    if (to !== 'clinics') t.ok(columns.length > 1, `${of} ${kind} ${columns}`)
  }
})
