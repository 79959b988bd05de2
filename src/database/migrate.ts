import { readdir } from 'node:fs/promises'
import { type Migration, Migrator } from 'kysely'
import { databaseProblems as said } from '../words/en/database-problems.ts'
import { type Database, openDatabase } from './database.ts'

const FOLDER = new URL('../../migrations/', import.meta.url)

/**
 * Brings the database up to date. Two processes at once are one: Kysely holds an advisory lock. During a deploy the older
 * code meets a database that has more than it knows; migrations only add, so it leaves that alone and runs.
 */
export function migrateToLatest(connectionString: string): Promise<void> {
  return patiently(connectionString, async (db) => {
    if (await isMigrated(db)) return
    const { error } = await migrator(db).migrateToLatest()
    if (error) throw plainly(error)
  })
}

/** Kysely's words name a file; what to do about it is for us to say. */
function plainly(error: unknown): unknown {
  const isOfAnotherVersion = error instanceof Error && error.message.startsWith('corrupted migrations')
  return isOfAnotherVersion ? new Error(said.otherVersionAdvice, { cause: error }) : error
}

/** Brings an empty database to where another one was. @throws where that one had other migrations than this code. */
export async function migrateTo(connectionString: string, names: string[]): Promise<void> {
  const known = Object.keys(await readMigrations())
  const last = names.at(-1)
  if (!last || names.some((name, index) => name !== known[index])) throw new Error(said.otherVersion)
  await patiently(connectionString, async (db) => {
    const { error } = await migrator(db).migrateTo(last)
    if (error) throw error
  })
}

/** A new column or index takes as long as there are people, and another process waits for it as long. */
async function patiently(connectionString: string, work: (db: Database) => Promise<void>): Promise<void> {
  const db = openDatabase(connectionString, { maxConnections: 2, isPatient: true })
  await work(db).finally(() => db.destroy())
}

/** Whether the database has every migration that this code knows; newer ones are welcome. */
export async function isMigrated(db: Database): Promise<boolean> {
  const migrations = await migrator(db).getMigrations()
  return migrations.every((migration) => migration.executedAt)
}

function migrator(db: Database): Migrator {
  return new Migrator({ db, provider: { getMigrations: readMigrations }, allowUnorderedMigrations: false })
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.ts')).sort()
  const entries = files.map(
    async (file): Promise<[string, Migration]> => [
      file.slice(0, -'.ts'.length),
      await import(new URL(file, FOLDER).href),
    ],
  )
  return Object.fromEntries(await Promise.all(entries))
}
