import {
  CamelCasePlugin,
  Kysely,
  type Transaction as KyselyTransaction,
  PostgresDialect,
  type PostgresPoolClient,
} from 'kysely'
import pg from 'pg'
import { withCallbacksAfterCommit } from './after-commit.ts'
import { Client } from './client.ts'
import { queryByName } from './plans.ts'
import type { Schema } from './schema.ts'

export type Database = Kysely<Schema>
export type Transaction = KyselyTransaction<Schema>

interface PoolOptions {
  maxConnections?: number
  /** No timeouts, for work that no page is waiting for. */
  isPatient?: boolean
  /** Whether hot queries are planned once by each connection; not behind a pooler that doesn't keep prepared statements. */
  isPrepared?: boolean
  onIdleError?: (error: Error) => void
  /** Tests have one that says whose rows each query can see. */
  Client?: typeof Client
}

// A day is no moment: pg would read it as midnight here, wherever the clinic is.
pg.types.setTypeParser(pg.types.builtins.DATE, String)

const CAMEL_CASE = new CamelCasePlugin({ maintainNestedObjectKeys: true })

const TIME_LIMITS = {
  statement_timeout: 5_000,
  query_timeout: 6_000,
  lock_timeout: 4_000,
  idle_in_transaction_session_timeout: 10_000,
}

/** Every wait has a timeout: a hung or restarted PostgreSQL causes an error, never a stuck request. */
export function openDatabase(connectionString: string, options: PoolOptions = {}): Database {
  const pool = new pg.Pool({
    Client: options.Client ?? Client,
    connectionString,
    max: options.maxConnections ?? 10,
    min: 2,
    idleTimeoutMillis: 300_000,
    connectionTimeoutMillis: 2_000,
    ...(!options.isPatient && TIME_LIMITS),
    keepAlive: true,
    // Whoever has nothing left to do ends, without waiting for connections that do nothing.
    allowExitOnIdle: true,
    application_name: 'frontdesk',
  })
  // Each connection has a listener of its own, see `Client`; the pool repeats what happens to idle ones.
  pool.on('error', options.onIdleError ?? (() => {}))
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({
      pool: { connect: async () => impatient(await pool.connect(), pool, options), end: () => pool.end() },
    }),
    plugins: [CAMEL_CASE],
  })
  return withCallbacksAfterCommit(db)
}

/**
 * pg itself puts a connection back into the pool although an answer is still due on it, and whoever takes it next waits
 * for the same answer.
 */
function impatient(
  client: pg.PoolClient,
  pool: pg.Pool,
  { isPrepared = true }: PoolOptions,
): PostgresPoolClient {
  let useless: unknown
  const query = async (sql: string, parameters: unknown[]) => {
    if (useless) throw useless
    try {
      return await (isPrepared ? queryByName(client, sql, parameters) : client.query(sql, parameters))
    } catch (error) {
      const { message, code } = error as Error & { code?: string }
      if (message === 'Query read timeout' || code === STANDBY) useless = error
      throw error
    }
  }
  const release = () => {
    client.release(Boolean(useless))
    if (useless) closeIdle(pool).catch(() => {})
  }
  return { query, release } as unknown as PostgresPoolClient
}

/** They lead to the same server: left in the pool, each would keep somebody waiting as long. */
async function closeIdle(pool: pg.Pool): Promise<void> {
  const idle = Array.from({ length: pool.idleCount }, () => pool.connect())
  for (const taken of await Promise.allSettled(idle)) {
    // Another one that couldn't be had keeps none of these.
    if (taken.status === 'rejected') continue
    // A silent server would never answer a good-bye.
    taken.value.connection.stream.destroy()
    taken.value.release(true)
  }
}

/** The unique index or constraint that was violated, or null for any other error. */
export function violatedUnique(error: unknown): string | null {
  return error instanceof pg.DatabaseError && error.code === '23505' ? (error.constraint ?? null) : null
}

/** This server accepts no writes any more: another one does, and later connections find it. */
const STANDBY = '25006'

/** SQLSTATEs and socket errors that mean the database is unreachable, overloaded or locked. */
const AWAY_CODES = /^(08|40|53|57)|^(25006|25P03|55P03)$|^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND)/

/** What pg says without a code. */
const AWAY_WORDS =
  /^(Connection terminated|Client (has encountered a connection error|was closed)|Query read timeout|timeout exceeded when trying to connect)/

/** Whether the same request could well succeed in a moment. */
export function isDatabaseAway({ code, message }: { code?: string; message: string }): boolean {
  return AWAY_CODES.test(code ?? '') || AWAY_WORDS.test(message)
}
