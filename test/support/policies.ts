import pg from 'pg'
import { NEIGHBOUR_ID, TEST_APP_ROLE } from './postgres.ts'

/**
 * Each row of a clinic is seen, written and moved only by a query of that clinic. What meets another clinic's row fails, be it
 * that it named its own beside it, or none: it would have read on without the policy. A connection that never said anything
 * is a test's own. Of the neighbour nobody sees anything, so that every test that was written for one clinic has two.
 */
const POLICIES = `
  drop schema if exists isolation cascade;
  create schema isolation;
  grant usage on schema isolation to ${TEST_APP_ROLE};
  create function isolation.sees(clinic bigint) returns boolean language plpgsql stable cost 10000 as $$
  declare
    named text := current_setting('app.clinic_id', true);
  begin
    if named is null or named = 'every' then
      return clinic <> ${NEIGHBOUR_ID};
    elsif named = clinic::text then
      return true;
    end if;
    raise 'A query that names the clinic “%” meets a row of clinic %', named, clinic;
  end $$;
  do $$
  declare
    one record;
  begin
    for one in
      select attrelid::regclass as table, attname as clinic from pg_attribute join pg_class on pg_class.oid = attrelid
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not attisdropped
        and attname = case relname when 'clinics' then 'id' else 'clinic_id' end
    loop
      execute format('alter table %s enable row level security', one.table);
      execute format('alter table %s force row level security', one.table);
      execute format('create policy one_clinic on %s using (isolation.sees(%I))', one.table, one.clinic);
    end loop;
  end $$;
`

export async function addPolicies(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  await client.query(POLICIES)
  await client.end()
}
