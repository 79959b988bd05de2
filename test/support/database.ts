import pg from 'pg'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { claimDatabase } from './database-pool.ts'
import { openTestDatabase } from './isolation.ts'
import { asTestApp, serverUrl, TEST_APP_ROLE, withDatabase } from './postgres.ts'

interface Teardown {
  teardown(work: () => Promise<void>): void
}

export interface TestDatabase {
  /** As the app's own role, so that every test proves what it was granted. */
  db: Database
  url: string
  /** For what only the owner of the tables can do. The database is then dropped: its tables may be others than they were. */
  ownerUrl(): string
  isAsMigrated(): boolean
  empty(): Promise<void>
  giveBack(): Promise<void>
}

let appRoleExists: Promise<boolean> | undefined

/** An empty, migrated database that nobody else uses until the test ends. */
export async function testDatabase(t: Teardown): Promise<TestDatabase> {
  const database = await claimTestDatabase()
  t.teardown(() => database.giveBack())
  return database
}

/** The same, until it is given back. */
export async function claimTestDatabase(): Promise<TestDatabase> {
  const server = serverUrl()
  const { name, empty, giveBack } = await claimDatabase()
  const ownerUrl = withDatabase(server, name)
  appRoleExists ??= hasAppRole(server)
  const url = (await appRoleExists) ? asTestApp(ownerUrl) : ownerUrl
  const { db, close } = openTestDatabase(url)
  let isAsMigrated = url !== ownerUrl
  return {
    db,
    url,
    ownerUrl() {
      isAsMigrated = false
      return ownerUrl
    },
    isAsMigrated: () => isAsMigrated,
    empty,
    async giveBack() {
      await close()
      await giveBack({ drop: !isAsMigrated })
    },
  }
}

/** The tables' owner, who can do what the app cannot. */
export function ownerOf(t: Teardown, { ownerUrl }: Pick<TestDatabase, 'ownerUrl'>): Database {
  const owner = openDatabase(ownerUrl())
  t.teardown(() => owner.destroy())
  return owner
}

/** Not on a server of DATABASE_URL whose user can create no roles. */
async function hasAppRole(server: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [TEST_APP_ROLE])
  await client.end()
  return rowCount === 1
}
