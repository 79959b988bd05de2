import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { type Cluster, clusterFolder, credentials, openCluster, spawnDetached } from './embedded-cluster.ts'

export type Settings = Record<string, string | number>

const START_SECONDS = 60
const STOP_SECONDS = 60
const POLL_MS = 20
const RETRY_MS = 300
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
  const deadline = Date.now() + START_SECONDS * 1000
  let child: ChildProcess | null = null
  for (let attempt = 0; Date.now() < deadline; await delay(POLL_MS)) {
    const found = postmaster(cluster.folder)
    if (found && (await answers(cluster.folder))) return connectionString(cluster.folder)
    if (isRunning(child) || (found && isOurs(found.pid, cluster.folder))) continue

    if (attempt === MAX_ATTEMPTS) break
    if (attempt > 0) await delay(RETRY_MS)
    removeStale(cluster.folder)
    // The same port again, so that connection pools find a server that crashed and was restarted.
    const port = (attempt === 0 && found?.port) || (await freePort())
    child = await launch(cluster, { ...SETTINGS, ...settings, port })
    attempt += 1
  }
  throw new Error(`PostgreSQL did not start. ${lastFatal(cluster.logFile, child?.pid)}`)
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
  const folder = clusterFolder(dataDir)
  const found = postmaster(folder)
  return found !== null && isOurs(found.pid, folder)
}

/** @throws when nothing runs there. */
export function connectionString(folder: string): string {
  const found = postmaster(folder)
  if (!found) throw new Error(`No PostgreSQL is running in ${folder}.`)
  return `postgres://${credentials(folder)}@127.0.0.1:${found.port}/postgres`
}

function postmaster(folder: string): { pid: number; port: number } | null {
  try {
    const [pid, , , port] = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')
    return Number(pid) && Number(port) ? { pid: Number(pid), port: Number(port) } : null
  } catch {
    return null
  }
}

/** Only our own server knows the password, and the protocol has both sides prove that they know it. */
async function answers(folder: string): Promise<boolean> {
  try {
    const client = new pg.Client({
      connectionString: connectionString(folder),
      connectionTimeoutMillis: 2_000,
    })
    client.on('error', () => {})
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}

function isOurs(pid: number, folder: string): boolean {
  return commandLine(pid).includes(`${FOLDER_SETTING}=${folder}`)
}

/** Unknown to PostgreSQL; it marks the process, whose data folder can be a link that says nothing. */
const FOLDER_SETTING = 'frontdesk.folder'

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {}
  try {
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', `${pid}`], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

/** PostgreSQL takes a process that merely got the number of its dead predecessor for a running server. */
function removeStale(folder: string): void {
  const found = postmaster(folder)
  if (found && !isOurs(found.pid, folder)) rmSync(join(folder, 'postmaster.pid'), { force: true })
}

async function launch(cluster: Cluster, settings: Settings): Promise<ChildProcess> {
  const options = Object.entries({ ...settings, [FOLDER_SETTING]: cluster.folder })
  const flags = options.flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = await spawnDetached(cluster, cluster.binaries.postgres, flags)
  child.unref()
  return child
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

function lastFatal(logFile: string, pid: number | undefined): string {
  const lines = readFileSync(logFile, 'utf8').split('\n')
  return lines.findLast((line) => line.includes(`[${pid}] FATAL:`)) ?? `See ${logFile}.`
}
