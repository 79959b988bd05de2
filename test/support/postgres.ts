import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { clusterFolder } from '../../src/database/embedded-cluster.ts'
import { connectionString } from '../../src/database/embedded-server.ts'

const MIGRATIONS = new URL('../../migrations/', import.meta.url)

/** Where this checkout's test runs keep their embedded PostgreSQL. */
export const TEST_DATA_DIR = fileURLToPath(
  new URL('../../node_modules/.cache/frontdesk-test', import.meta.url),
)

/**
 * `npm run test:isolation`: PostgreSQL itself shows each query of the app only the rows of the clinic that the query names.
 * What says that it is about every clinic sees all of them, as tests do.
 */
export const isIsolated = process.env.ISOLATION === 'yes'

/** A clinic in each database of an isolated run, with a row in every table. */
export const NEIGHBOUR_ID = '900000000000000001'

/** A migrated database, named for the migrations in it: runs at the same time can share it. */
export const TEMPLATE = `frontdesk_template_${migrationsDigest()}`

/** Where this run's PostgreSQL is. */
export function serverUrl(): string {
  return process.env.DATABASE_URL || connectionString(clusterFolder(TEST_DATA_DIR))
}

export const TEST_APP_ROLE = 'frontdesk_test_app'

/** The same database as the app sees it, not as its owner does; its password follows from the owner's. */
export function asTestApp(ownerUrl: string): string {
  const url = new URL(ownerUrl)
  const password = createHash('sha256').update(`${TEST_APP_ROLE} ${url.password}`).digest('base64url')
  return Object.assign(url, { username: TEST_APP_ROLE, password }).href
}

export async function onServer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

export function withDatabase(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

function migrationsDigest(): string {
  const digest = createHash('sha256')
  for (const file of readdirSync(MIGRATIONS).sort()) digest.update(readFileSync(new URL(file, MIGRATIONS)))
  if (isIsolated)
    for (const file of ['policies.ts', 'neighbour.ts', 'full-clinic.ts'])
      digest.update(readFileSync(new URL(file, import.meta.url)))
  return digest.digest('hex').slice(0, 12)
}
