import pg from 'pg'
import { onServer, serverUrl, TEMPLATE, withDatabase } from './postgres.ts'

const MOST_AT_ONCE = 200

interface ClaimedDatabase {
  name: string
  giveBack(how: { drop: boolean }): Promise<void>
}

/**
 * PostgreSQL takes much longer to make a database than to empty one: a test takes the first that no other test of any
 * process has, and empties it. Its lock ends with its connection, so that a killed test gives its database back, too.
 */
export async function claimDatabase(): Promise<ClaimedDatabase> {
  const claim = new pg.Client({ connectionString: serverUrl() })
  await claim.connect()
  try {
    const name = await firstFree(claim)
    if (await exists(claim, name)) await onServer(withDatabase(serverUrl(), name), EMPTY)
    else await copyTemplate(claim, name)
    return {
      name,
      async giveBack({ drop }) {
        if (drop) await claim.query(`drop database ${name} with (force)`)
        await claim.end()
      },
    }
  } catch (error) {
    await claim.end()
    throw error
  }
}

async function firstFree(claim: pg.Client): Promise<string> {
  for (let number = 1; number <= MOST_AT_ONCE; number++) {
    const name = `frontdesk_test_${TEMPLATE}_${number}`
    const { rows } = await claim.query('select pg_try_advisory_lock(hashtext($1)) as "isMine"', [name])
    if (rows[0].isMine) return name
  }
  throw new Error(`${MOST_AT_ONCE} test databases are in use at once`)
}

async function exists(claim: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await claim.query('select from pg_database where datname = $1', [name])
  return rowCount === 1
}

async function copyTemplate(claim: pg.Client, name: string): Promise<void> {
  await claim.query(`create database ${name} template ${TEMPLATE} strategy file_copy`)
  // Tests do not pull the plug; waiting for the disk would only make them slow.
  await claim.query(`alter database ${name} set synchronous_commit = off`)
}

/** Small tables are emptied sooner by delete. The triggers that always fire are those that refuse it. */
const EMPTY = `
  do $$
  declare
    name regclass;
    names regclass[] := array(
      select oid from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like 'kysely_%'
    );
    refusing record;
  begin
    perform pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid();
    set local session_replication_role = replica;
    for refusing in select tgrelid::regclass as on_table, tgname as name from pg_trigger where tgenabled = 'A' loop
      execute format('alter table %s disable trigger %I', refusing.on_table, refusing.name);
    end loop;
    if (select max(pg_relation_size(oid)) > 1000000 from pg_class where oid = any (names)) then
      execute 'truncate ' || array_to_string(names, ', ');
    end if;
    foreach name in array names loop
      execute 'delete from ' || name;
    end loop;
    perform setval(oid, 1, false) from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace;
    for refusing in select tgrelid::regclass as on_table, tgname as name from pg_trigger where tgenabled = 'D' loop
      execute format('alter table %s enable always trigger %I', refusing.on_table, refusing.name);
    end loop;
  end $$`
