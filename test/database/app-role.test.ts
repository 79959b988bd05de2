import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { embeddedAppUrl, letAppIn } from '../../src/database/app-role.ts'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { clusterFolder } from '../../src/database/embedded-cluster.ts'
import { connectionString, runServer, stopServer } from '../../src/database/embedded-server.ts'
import { migrateToLatest } from '../../src/database/migrate.ts'
import { prepareDatabase } from '../../src/database/prepare-database.ts'
import { demoClinic } from '../../src/demo/team.ts'
import { recordEvent } from '../../src/events/events.ts'
import { createPasswords } from '../../src/sessions/passwords.ts'
import { ownerOf, type TestDatabase, testDatabase } from '../support/database.ts'
import { onServer, serverUrl } from '../support/postgres.ts'
import { folderWithCluster, privateFolder } from '../support/private-folder.ts'
import { startServer, untilReady } from '../support/server-process.ts'
import t from '../support/tap.ts'

const REMOVALS = [
  `update events set action = 'nothing'`,
  `update events set created_at = now() - interval '9 years'`,
  'delete from events',
  'delete from events where false',
  'truncate events',
  'truncate clinics cascade',
  'drop table events',
  'alter table events disable trigger all',
  'alter table events disable trigger events_are_append_only',
  'alter table events rename to gone',
  'alter table events add column extra text',
  'drop trigger events_are_append_only on events',
  'drop function events_are_append_only() cascade',
  `create or replace function events_are_append_only() returns trigger language plpgsql as 'begin return new; end'`,
  `create rule forget as on insert to events do instead nothing`,
  'create table public.others (id int)',
  'drop schema public cascade',
  'select 1 from events for update',
  'merge into events e using (select 1) s on true when matched then delete',
  `insert into events (id, clinic_id, action) overriding system value select id, clinic_id, 'x' from events
   on conflict (clinic_id, id) do update set action = 'x'`,
  `set session_replication_role = replica`,
  `delete from kysely_migration`,
  `alter role current_user superuser`,
]

async function withEvents(t: Parameters<typeof testDatabase>[0]): Promise<TestDatabase> {
  const database = await testDatabase(t)
  const { owner } = await demoClinic(database.db, createPasswords([Buffer.alloc(32)], { cost: 4 }))
  const actor = { clinicId: owner.clinicId, userId: owner.id, ip: null, userAgent: null }
  await recordEvent(database.db, actor, { action: 'user.signed-in' })
  return database
}

const eventsOf = async (db: Database) => (await sql`select * from events order by id`.execute(db)).rows

t.test(
  'the app adds to the trail and reads it, and can neither change it nor remove any of it',
  async (t) => {
    const { db, ownerUrl } = await withEvents(t)
    const before = await eventsOf(db)
    t.ok(before.length)
    const become = `set role ${JSON.stringify(decodeURIComponent(new URL(ownerUrl()).username))}`
    for (const statement of [...REMOVALS, become])
      await t.rejects(sql.raw(statement).execute(db), { code: '42501' }, statement)
    t.same(await eventsOf(db), before)
  },
)

t.test('not even the owner of the tables changes the trail in passing, or as a replica', async (t) => {
  const database = await withEvents(t)
  const owner = ownerOf(t, database)
  const before = await eventsOf(owner)
  for (const statement of REMOVALS.slice(0, 5)) {
    await t.rejects(sql.raw(statement).execute(owner), /append-only/, statement)
    const asReplica = owner.transaction().execute(async (trx) => {
      await sql`set local session_replication_role = replica`.execute(trx)
      await sql.raw(statement).execute(trx)
    })
    await t.rejects(asReplica, /append-only|permission denied to set/, `as a replica: ${statement}`)
  }
  t.same(await eventsOf(owner), before)
})

t.test('a table of a later migration is the app’s to write in, and twice is as good as once', async (t) => {
  const { db, url, ownerUrl } = await withEvents(t)
  await onServer(ownerUrl(), 'create table later (id bigint generated always as identity, note text)')
  await t.rejects(sql`select * from later`.execute(db), { code: '42501' })
  await Promise.all([letAppIn(ownerUrl(), url), letAppIn(ownerUrl(), url)])
  await sql`insert into later (note) values ('one')`.execute(db)
  await sql`delete from later`.execute(db)
  await t.rejects(sql`truncate later`.execute(db), { code: '42501' })
  // Somebody's hurried hand.
  await onServer(ownerUrl(), `grant all on all tables in schema public to ${new URL(url).username}`)
  await letAppIn(ownerUrl(), url)
  await t.rejects(sql`delete from events`.execute(db), { code: '42501' })
})

t.test('the app cannot put a table of its own before the trail', async (t) => {
  const { db, url, ownerUrl } = await testDatabase(t)
  await letAppIn(ownerUrl(), url)
  const shadow = sql`create temporary table events (like public.events)`.execute(db)
  await t.rejects(shadow, { code: '42501' })
  await letAppIn(ownerUrl(), url)
})

t.test(
  'a data folder of before, with one role for everything, gets the second at the next start',
  async (t) => {
    const DATA_DIR = await folderWithCluster(t)
    const old = await runServer(DATA_DIR)
    await migrateToLatest(old)
    await stopServer(DATA_DIR)
    const server = await startServer(t, { DATA_DIR })
    await untilReady(server)
    const owner = openDatabase(connectionString(clusterFolder(DATA_DIR)))
    t.teardown(() => owner.destroy())
    const { rows } = await sql<{ name: string }>`
    select distinct usename as name from pg_stat_activity where application_name = 'frontdesk'
      and pid <> pg_backend_pid()`.execute(owner)
    t.same(rows, [{ name: 'frontdesk_app' }])
  },
)

t.test('each start has a password of its own, and the last one’s is worth nothing', async (t) => {
  const dataDir = await folderWithCluster(t)
  t.teardown(() => stopServer(dataDir))
  const ownerUrl = await runServer(dataDir)
  const [first, second] = [embeddedAppUrl(ownerUrl), embeddedAppUrl(ownerUrl)]
  for (const url of [first, second]) await prepareDatabase({ ownerUrl, url, isPasswordNew: true })
  await t.rejects(onServer(first, 'select 1'), { code: '28P01' })
  await onServer(second, 'select 1')
})

t.test(
  'with an owner’s address beside it the app’s role is made, and never the other way round',
  async (t) => {
    const role = `frontdesk_test_${randomUUID().slice(0, 8)}`
    const { ownerUrl } = await testDatabase(t)
    t.teardown(async () => {
      await onServer(ownerUrl(), `drop owned by ${role}`)
      await onServer(serverUrl(), `drop role ${role}`)
    })
    const url = Object.assign(new URL(ownerUrl()), { username: role, password: 'its own / password' }).href
    const environment = { DATA_DIR: privateFolder(t), DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl() }
    const server = await startServer(t, environment)
    await untilReady(server)
    server.child.kill('SIGTERM')
    t.equal(await server.ended, 0)
    await t.rejects(onServer(url, 'delete from events'), { code: '42501' })
    const mistyped = Object.assign(new URL(url), { password: 'mistyped' }).href
    const second = await startServer(t, { ...environment, DATABASE_URL: mistyped })
    t.equal(await second.ended, 1)
    await onServer(url, 'select 1')
  },
)

t.test('a role that cannot migrate says in one line what to set', async (t) => {
  const { url, ownerUrl } = await testDatabase(t)
  await onServer(ownerUrl(), 'delete from kysely_migration')
  const server = await startServer(t, { DATA_DIR: privateFolder(t), DATABASE_URL: url })
  t.equal(await server.ended, 1)
  t.match(server.stderr(), /^Frontdesk could not start\. .* Set DATABASE_OWNER_URL\.\n$/)
})
