import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { databaseProblems as said } from '../words/en/database-problems.ts'
import { Client } from './client.ts'
import { clusterFolder } from './embedded-cluster.ts'
import { isServerRunning, runServer, stopServer } from './embedded-server.ts'

export interface EmbeddedPostgres {
  connectionString: string
  stop(): Promise<void>
}

/** A killed process's session can outlive it by a moment. */
const CLAIM_WAIT_MS = 2_000
const RETRY_MS = 100

/** The PostgreSQL that npm installed, in `dataDir` and for this process alone. */
export async function startEmbedded(dataDir: string): Promise<EmbeddedPostgres> {
  let stopping = false
  let claimed = await claim(dataDir)
  const { connectionString } = claimed
  claimed.session.once('end', claimAgain)

  // The session ends when PostgreSQL recovers from a crash. A rejection here ends the process.
  async function claimAgain(): Promise<void> {
    if (stopping) return
    claimed = await claim(dataDir)
    claimed.session.once('end', claimAgain)
    if (claimed.connectionString !== connectionString) throw new Error(said.otherPort)
  }

  return {
    connectionString,
    // The claim ends with the server: nobody may take it over while it is shutting down.
    async stop() {
      stopping = true
      await stopServer(dataDir)
      await claimed.session.end().catch(() => {})
    },
  }
}

/**
 * For a command beside the program: the server that the program runs, or else one for this command alone. Like the
 * program it claims the data, so that a program which starts meanwhile does not lose its server when the command ends.
 */
export async function joinEmbedded(
  dataDir: string,
): Promise<EmbeddedPostgres & { isProgramRunning: boolean }> {
  if (!existsSync(clusterFolder(dataDir))) throw new Error(said.none({ folder: dataDir }))
  const connectionString = await runServer(dataDir)
  const session = await lockedSession(connectionString)
  return {
    connectionString,
    isProgramRunning: session === null,
    async stop() {
      if (!session) return
      await stopServer(dataDir)
      await session.end().catch(() => {})
    },
  }
}

interface Claim {
  session: Client
  connectionString: string
}

async function claim(dataDir: string): Promise<Claim> {
  const deadline = Date.now() + CLAIM_WAIT_MS
  const wasThere = isServerRunning(dataDir)
  for (;;) {
    const connectionString = await runServer(dataDir)
    const session = await lockedSession(connectionString)
    if (session) return { session, connectionString }
    if (Date.now() > deadline) throw await notOurs(connectionString, dataDir, wasThere)
    await delay(RETRY_MS)
  }
}

const LOCK_KEY = `hashtext('the Frontdesk process')`

async function lockedSession(connectionString: string): Promise<Client | null> {
  const client = new Client({ connectionString, application_name: `frontdesk process ${process.pid}` })
  try {
    await client.connect()
    const { rows } = await client.query(`select pg_try_advisory_lock(${LOCK_KEY}) as locked`)
    if (rows[0].locked) return client
  } catch {
    // The server is being shut down by the process that holds the lock.
  }
  await client.end().catch(() => {})
  return null
}

/** A server that we started and cannot use is not left behind. */
async function notOurs(connectionString: string, dataDir: string, wasThere: boolean): Promise<Error> {
  try {
    const holder = await holderOf(connectionString)
    return new Error(said.alreadyRunning({ folder: dataDir, holder }))
  } catch (error) {
    if (!wasThere) await stopServer(dataDir)
    return error as Error
  }
}

async function holderOf(connectionString: string): Promise<string | undefined> {
  const client = new Client({ connectionString })
  await client.connect()
  const { rows } = await client
    .query(
      `select application_name as name from pg_locks join pg_stat_activity using (pid)
       where locktype = 'advisory' and objid::bigint = ${LOCK_KEY}::bigint & 4294967295`,
    )
    .finally(() => client.end())
  return rows[0]?.name
}
