import { sql } from 'kysely'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { openCluster } from '../../src/database/embedded-cluster.ts'
import { runServer, stopServer } from '../../src/database/embedded-server.ts'
import { migrateToLatest } from '../../src/database/migrate.ts'
import { listUsers } from '../../src/settings/users/list/list-users.ts'
import { sortName } from '../../src/users/names.ts'
import { privateFolder } from '../support/private-folder.ts'
import t from '../support/tap.ts'

const PEOPLE = [
  ['Иван', 'Иванов'],
  ['Ξένια', 'Παπαδοπούλου'],
  ['小龙', '李'],
  ['Zoë', 'Müller'],
] as const

/** Whom each search finds; the index has no trigrams for what the system takes for punctuation. */
async function whoIsFound(db: Database): Promise<string[][]> {
  const { id: clinicId } = await db
    .insertInto('clinics')
    .values({ name: 'Clinic', label: 'clinic', country: 'AU', timeZone: 'UTC' })
    .returning('id')
    .executeTakeFirstOrThrow()
  for (const [index, [firstName, lastName]] of PEOPLE.entries()) {
    const person = { firstName, lastName, sortName: sortName(firstName, lastName), email: `p${index}@x.test` }
    await db
      .insertInto('users')
      .values({ clinicId, ...person, role: 'scheduler', isPractitioner: false, timeZone: 'UTC' })
      .execute()
  }
  const found = ['ванов', 'ив', 'παπαδ', 'ξενια', '小龙', 'uller'].map(async (search) => {
    const { users } = await listUsers(db, { clinicId, country: 'AU' }, { filter: { search } })
    return users.map((user) => user.lastName)
  })
  return Promise.all(found)
}

const EVERYBODY = [['Иванов'], ['Иванов'], ['Παπαδοπούλου'], ['Παπαδοπούλου'], ['李'], ['Müller']]

t.test('the embedded PostgreSQL knows the letters of every script', async (t) => {
  const dataDir = privateFolder(t)
  const url = await runServer(dataDir)
  await migrateToLatest(url)
  const db = openDatabase(url)
  t.teardown(() => db.destroy().then(() => stopServer(dataDir)))
  t.same(await whoIsFound(db), EVERYBODY)
  for (const name of ['иванов', 'παπα', '小龙']) t.ok(await hasTrigrams(db, name), `the index holds ${name}`)
})

t.test('where the system knows no such letters, everybody is found all the same', async (t) => {
  const dataDir = privateFolder(t)
  await openCluster(dataDir, ['xx_XX.nothing', 'C'])
  const url = await runServer(dataDir)
  await migrateToLatest(url)
  const db = openDatabase(url)
  t.teardown(() => db.destroy().then(() => stopServer(dataDir)))
  t.same(await whoIsFound(db), EVERYBODY)
  t.notOk(await hasTrigrams(db, 'иванов'), 'though no index helps')
})

async function hasTrigrams(db: Database, name: string): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`select cardinality(show_trgm(${name})) as count`.execute(db)
  return (rows[0]?.count ?? 0) > 0
}
