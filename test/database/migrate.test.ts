import t from 'tap'
import { isMigrated, migrateToLatest } from '../../src/database/migrate.ts'
import { testDatabase } from '../support/database.ts'

t.test('two processes that migrate at once are one', async (t) => {
  const { db } = await testDatabase(t)
  await Promise.all([migrateToLatest(db), migrateToLatest(db)])
  t.ok(await isMigrated(db))
})
