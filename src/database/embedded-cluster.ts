import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Binaries, postgresBinaries } from './embedded-binaries.ts'
import { type SystemUser, unprivilegedUser } from './embedded-user.ts'

const USER = 'frontdesk'
const PASSWORD_FILE = 'password'

/** A database cluster on disk and what is needed to run it. */
export interface Cluster {
  folder: string
  logFile: string
  binaries: Binaries
  user: SystemUser
}

/** Makes the cluster where there is none yet. Two processes at once get the same one. */
export function openCluster(dataDir: string): Cluster {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const folder = clusterFolder(dataDir)
  const user = unprivilegedUser(folder)
  const cluster = { folder, user, logFile: join(dataDir, 'postgres.log'), binaries: postgresBinaries(user) }
  if (!exists(folder)) initialise(cluster)
  refuseOtherVersion(cluster)
  return cluster
}

export function clusterFolder(dataDir: string): string {
  return join(dataDir, 'postgres')
}

/** The cluster's superuser and password, kept inside it. */
export function credentials(folder: string): string {
  return `${USER}:${readFileSync(join(folder, PASSWORD_FILE), 'utf8').trim()}`
}

/**
 * The data folder as PostgreSQL has to name it. Under a folder that its user may not enter, no path leads there;
 * the link to its own working directory does, and needs no right on the folders above.
 */
export function dataOption(cluster: Cluster): string {
  return cluster.user.uid !== undefined && existsSync('/proc/self/cwd') ? '/proc/self/cwd' : cluster.folder
}

function exists(folder: string): boolean {
  return existsSync(join(folder, 'PG_VERSION'))
}

function initialise(cluster: Cluster): void {
  const unfinished = mkdtempSync(`${cluster.folder}-unfinished-`)
  try {
    own(unfinished, cluster.user)
    runInitdb({ ...cluster, folder: unfinished })
    renameSync(unfinished, cluster.folder)
  } catch (error) {
    // Another process that started at the same moment was faster.
    if (!exists(cluster.folder)) throw error
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** Without locale files, in the same order and letter case on every machine. */
const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']

function runInitdb(cluster: Cluster): void {
  const passwordFile = `${cluster.folder}.${PASSWORD_FILE}`
  writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 })
  own(passwordFile, cluster.user)
  // Handed over open, because initdb may be unable to reach the path.
  const password = openSync(passwordFile, 'r')
  const account = [`--username=${USER}`, '--auth=scram-sha-256', '--pwfile=/dev/stdin']
  const { status, stderr, error } = spawnSync(
    cluster.binaries.initdb,
    ['-D', dataOption(cluster), ...account, ...LOCALE, '--no-instructions'],
    { ...cluster.user, cwd: cluster.folder, stdio: [password, 'ignore', 'pipe'], encoding: 'utf8' },
  )
  closeSync(password)
  if (status !== 0) throw new Error(`PostgreSQL could not create its data folder: ${error ?? stderr.trim()}`)
  renameSync(passwordFile, join(cluster.folder, PASSWORD_FILE))
}

function own(path: string, { uid, gid }: SystemUser): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
}

function refuseOtherVersion({ folder, binaries }: Cluster): void {
  const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  if (version === binaries.majorVersion) return
  throw new Error(
    `The data in ${folder} is PostgreSQL ${version}'s, but npm installed PostgreSQL ${binaries.majorVersion}.`,
  )
}
