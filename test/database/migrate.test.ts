import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import t from 'tap'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { isMigrated, migrateToLatest } from '../../src/database/migrate.ts'
import { onServer, testDatabase, withDatabase } from '../support/database.ts'
import { serverUrl } from '../support/postgres.ts'

t.test('two processes that migrate an empty database at once are one', async (t) => {
  const server = serverUrl()
  const name = `frontdesk_test_${randomUUID().replaceAll('-', '')}`
  await onServer(server, `create database ${name}`)
  const processes = [1, 2].map(() => openDatabase(withDatabase(server, name)))
  t.teardown(async () => {
    await Promise.all(processes.map((db) => db.destroy()))
    await onServer(server, `drop database ${name} with (force)`)
  })
  t.notOk(await isMigrated(processes[0] as Database))
  await Promise.all(processes.map(migrateToLatest))
  for (const db of processes) t.ok(await isMigrated(db))
})

t.test('a database that a newer version has migrated further is left as it is', async (t) => {
  const { db } = await testDatabase(t)
  await sql`insert into kysely_migration (name, timestamp) values ('9999-of-tomorrow', '2030-01-01')`.execute(
    db,
  )
  await migrateToLatest(db)
  t.ok(await isMigrated(db))
})

t.test('a database of another history, which lacks what this code needs, stops the start', async (t) => {
  const { db } = await testDatabase(t)
  await sql`update kysely_migration set name = '9999-of-elsewhere' where name like '0007%'`.execute(db)
  t.notOk(await isMigrated(db))
  await t.rejects(migrateToLatest(db), /migration/)
})
