import { Socket } from 'node:net'
import pg from 'pg'
import { isIsolated, NEIGHBOUR_ID, serverUrl, TEMPLATE, withDatabase } from './postgres.ts'

const MOST_AT_ONCE = 200

interface ClaimedDatabase {
  name: string
  /** For the next test of those that are connected; they stay. */
  empty(): Promise<void>
  giveBack(how: { drop: boolean }): Promise<void>
}

/** A database that no other process takes while `claim`, which holds its lock, is connected. */
interface KeptDatabase {
  name: string
  claim: Connection
  owner: Connection
}

interface Connection {
  client: pg.Client
  socket: Socket
}

const free: KeptDatabase[] = []

/**
 * PostgreSQL takes much longer to make a database than to empty one: a test takes one that its process has already, or
 * the first that no process has. The lock ends with its connection, so that a killed process gives its databases back.
 */
export async function claimDatabase(): Promise<ClaimedDatabase> {
  const kept = free.pop() ?? (await keepAnother())
  const { name, claim, owner } = kept
  await awake(kept, async () => {
    await owner.client.query(LET_OTHERS_GO)
    await owner.client.query(END_OTHERS)
    await owner.client.query(EMPTY)
  })
  return {
    name,
    empty: () =>
      awake(kept, async () => {
        await owner.client.query(LET_OTHERS_FINISH)
        await owner.client.query(EMPTY)
      }),
    async giveBack({ drop }) {
      if (!drop) return void free.push(kept)
      await awake(kept, async () => {
        await owner.client.query(LET_OTHERS_GO)
        await owner.client.end()
        await claim.client.query(`drop database ${name} with (force)`)
        await claim.client.end()
      })
    },
  }
}

/** A process with nothing else left to do ends, though these stay connected. */
async function awake({ claim, owner }: KeptDatabase, work: () => Promise<void>): Promise<void> {
  for (const { socket } of [claim, owner]) socket.ref()
  await work()
  for (const { socket } of [claim, owner]) socket.unref()
}

async function keepAnother(): Promise<KeptDatabase> {
  const claim = await connect(serverUrl())
  try {
    const name = await firstFree(claim.client)
    if (!(await exists(claim.client, name))) await copyTemplate(claim.client, name)
    return { name, claim, owner: await connect(withDatabase(serverUrl(), name)) }
  } catch (error) {
    await claim.client.end()
    throw error
  }
}

async function connect(url: string): Promise<Connection> {
  const socket = new Socket()
  const client = new pg.Client({ connectionString: url, stream: () => socket })
  await client.connect()
  return { client, socket }
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

const waitForOthers = (condition: string) => `
  do $$
  begin
    for look in 1..100 loop
      exit when not exists (
        select from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
          and ${condition}
      );
      perform pg_sleep(0.01), pg_stat_clear_snapshot();
    end loop;
  end $$`

/** A pool that has ended may still be closing its connections; one that is cut off then would fail the test after it. */
const LET_OTHERS_GO = waitForOthers('true')
const LET_OTHERS_FINISH = waitForOthers("state <> 'idle'")
const END_OTHERS = `
  select pg_terminate_backend(pid, 5000) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`

const BUT_NEIGHBOUR = `coalesce((
        select format(' where %I <> ${NEIGHBOUR_ID}', attname) from pg_attribute
        where attrelid = name and not attisdropped
          and attname = case name::text when 'clinics' then 'id' else 'clinic_id' end), '')`

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
    set local session_replication_role = replica;
    for refusing in select tgrelid::regclass as on_table, tgname as name from pg_trigger where tgenabled = 'A' loop
      execute format('alter table %s disable trigger %I', refusing.on_table, refusing.name);
    end loop;
    if ${!isIsolated} and (select max(pg_relation_size(oid)) > 1000000 from pg_class where oid = any (names)) then
      execute 'truncate ' || array_to_string(names, ', ');
    end if;
    foreach name in array names loop
      execute 'delete from ' || name || ${isIsolated ? BUT_NEIGHBOUR : "''"};
    end loop;
    perform setval(oid, 1, false) from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace;
    for refusing in select tgrelid::regclass as on_table, tgname as name from pg_trigger where tgenabled = 'D' loop
      execute format('alter table %s enable always trigger %I', refusing.on_table, refusing.name);
    end loop;
  end $$`
