import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { openDatabase } from '../../src/database/database.ts'
import { isMigrated, migrateToLatest } from '../../src/database/migrate.ts'
import { ownerOf, type TestDatabase, testDatabase } from '../support/database.ts'
import { onServer, serverUrl, withDatabase } from '../support/postgres.ts'
import t from '../support/tap.ts'

/** By which Kysely keeps two processes from migrating at once. */
const MIGRATION_LOCK = '3853314791062309107'
const LONGER_THAN_A_PAGE_MAY_TAKE_MS = 6_500

async function emptyDatabase(t: {
  teardown(work: () => Promise<void>): void
}): Promise<Pick<TestDatabase, 'db' | 'url'>> {
  const server = serverUrl()
  const name = `frontdesk_test_${randomUUID().replaceAll('-', '')}`
  await onServer(server, `create database ${name}`)
  const url = withDatabase(server, name)
  const db = openDatabase(url)
  t.teardown(async () => {
    await db.destroy()
    await onServer(server, `drop database ${name} with (force)`)
  })
  return { db, url }
}

t.test('two processes that migrate an empty database at once are one', async (t) => {
  const { db, url } = await emptyDatabase(t)
  t.notOk(await isMigrated(db))
  await Promise.all([migrateToLatest(url), migrateToLatest(url)])
  t.ok(await isMigrated(db))
})

t.test('a migration takes as long as a large clinic needs, and another process waits for it', async (t) => {
  const { db, url } = await emptyDatabase(t)
  const other = new pg.Client({ connectionString: url })
  await other.connect()
  await other.query(`select pg_advisory_lock(${MIGRATION_LOCK})`)
  const migrated = migrateToLatest(url)
  await delay(LONGER_THAN_A_PAGE_MAY_TAKE_MS)
  await other.end()
  await migrated
  t.ok(await isMigrated(db))
})

t.test('a database that a newer version has migrated further is left as it is', async (t) => {
  const database = await testDatabase(t)
  const url = database.ownerUrl()
  const db = ownerOf(t, database)
  await sql`insert into kysely_migration (name, timestamp) values ('9999-of-tomorrow', '2030-01-01')`.execute(
    db,
  )
  await migrateToLatest(url)
  t.ok(await isMigrated(db))
})

t.test('a database of another history, which lacks what this code needs, stops the start', async (t) => {
  const database = await testDatabase(t)
  const url = database.ownerUrl()
  const db = ownerOf(t, database)
  await sql`update kysely_migration set name = '9999-of-elsewhere' where name like '0003%'`.execute(db)
  t.notOk(await isMigrated(db))
  await t.rejects(migrateToLatest(url), /migration/)
})

t.test(
  'data from before the tables were made afresh stops the start with one line on what to do',
  async (t) => {
    const database = await testDatabase(t)
    const url = database.ownerUrl()
    const db = ownerOf(t, database)
    await sql`update kysely_migration set name = '0001-create-clinics-and-users' where name like '0001%'`.execute(
      db,
    )
    await t.rejects(migrateToLatest(url), {
      message:
        'The data comes from another version of Frontdesk, with migrations that are not known here. Go on with the version that made it, or move the data folder away (or name an empty database) and start again.',
    })
  },
)
