import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { databaseProblems as said } from '../words/en/database-problems.ts'
import { Client } from './client.ts'
import { type Cluster, clusterFolder, credentials, openCluster, spawnDetached } from './embedded-cluster.ts'
import { lastReason } from './embedded-log.ts'
import { FOLDER_SETTING, isAlive, isOurs, postmaster, removeStale } from './embedded-postmaster.ts'

type Settings = Record<string, string | number>

const START_SECONDS = 60
const STOP_SECONDS = 60
const POLL_MS = 20
const RETRY_MS = 300
const WRONG_PASSWORD = '28P01'
const MAX_ATTEMPTS = 10

const SETTINGS: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 120,
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  log_checkpoints: 'off',
  io_method: 'sync',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The text of a refused statement can hold what people typed.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
}

/** Finds the server of this data folder, though it be a killed process's orphan, or starts it. */
export async function runServer(dataDir: string, settings: Settings = {}): Promise<string> {
  const cluster = await openCluster(dataDir)
  const started: { child: ChildProcess | null } = { child: null }
  try {
    return await findOrLaunch(cluster, { ...SETTINGS, ...settings }, started)
  } catch (error) {
    if (started.child && isRunning(started.child)) await end(started.child)
    throw error
  }
}

async function findOrLaunch(
  cluster: Cluster,
  settings: Settings,
  started: { child: ChildProcess | null },
): Promise<string> {
  const deadline = Date.now() + START_SECONDS * 1000
  for (let attempt = 0; Date.now() < deadline; await delay(POLL_MS)) {
    const found = postmaster(cluster.folder)
    // A program that has taken a dead server's port is not even greeted.
    if (found && isAlive(found.pid) && (await answers(cluster.folder)))
      return connectionString(cluster.folder)
    if (isRunning(started.child) || (found && isOurs(found.pid, cluster.folder))) continue

    if (attempt === MAX_ATTEMPTS) break
    if (attempt > 0) await delay(RETRY_MS)
    removeStale(cluster.folder)
    // The same port again, so that connection pools find a server that crashed and was restarted.
    const port = (attempt === 0 && found?.port) || (await freePort())
    started.child = await launch(cluster, { ...settings, port })
    attempt += 1
  }
  throw new Error(said.notStarted(lastReason(cluster.logFile)))
}

/** Ends its sessions, writes everything to disk and waits until it is gone. */
export async function stopServer(dataDir: string): Promise<void> {
  const folder = clusterFolder(dataDir)
  const found = postmaster(folder)
  if (!found || !isOurs(found.pid, folder)) return
  process.kill(found.pid, 'SIGINT')
  const deadline = Date.now() + STOP_SECONDS * 1000
  while (isOurs(found.pid, folder) && Date.now() < deadline) await delay(POLL_MS)
}

export function isServerRunning(dataDir: string): boolean {
  return isServerIn(clusterFolder(dataDir))
}

function isServerIn(folder: string): boolean {
  const found = postmaster(folder)
  return found !== null && isOurs(found.pid, folder)
}

/** @throws when nothing runs there. */
export function connectionString(folder: string): string {
  const found = postmaster(folder)
  if (!found) throw new Error(said.notRunning({ folder }))
  return `postgres://${credentials(folder)}@127.0.0.1:${found.port}/postgres?${OWN_TERMS}`
}

/**
 * Whoever listens on the port has to prove that it is ours. All else is said as well, because pg would take what is not
 * from PGSSLMODE, PGOPTIONS and the like, which somebody's shell may hold for another server.
 */
const OWN_TERMS = new URLSearchParams({
  require_auth: 'scram-sha-256',
  sslmode: 'disable',
  sslnegotiation: 'postgres',
  client_encoding: 'UTF8',
  replication: 'false',
  options: '-csearch_path=public',
})

/** Only our own server can prove that it knows the password; see OWN_TERMS. */
async function answers(folder: string): Promise<boolean> {
  try {
    const client = new Client({
      connectionString: connectionString(folder),
      connectionTimeoutMillis: 2_000,
    })
    await client.connect()
    await client.end()
    return true
  } catch (error) {
    const isWrong = (error as { code?: string }).code === WRONG_PASSWORD
    if (isWrong && isServerIn(folder)) throw new Error(said.wrongPassword({ file: join(folder, 'password') }))
    return false
  }
}

async function launch(cluster: Cluster, settings: Settings): Promise<ChildProcess> {
  const options = Object.entries({ ...settings, [FOLDER_SETTING]: cluster.folder })
  const flags = options.flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = await spawnDetached(cluster, cluster.binaries.postgres, flags)
  child.unref()
  return child
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGINT')
  await Promise.race([once(child, 'exit'), delay(STOP_SECONDS * 1000)])
}

function isRunning(child: ChildProcess | null): boolean {
  return child !== null && child.exitCode === null && child.signalCode === null
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
