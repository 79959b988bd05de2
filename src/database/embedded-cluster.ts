import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
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
import { makePrivateFolder } from '../config/private-folder.ts'
import { databaseProblems as said } from '../words/en/database-problems.ts'
import { type Binaries, postgresBinaries } from './embedded-binaries.ts'
import { lastReason } from './embedded-log.ts'
import { type SystemUser, unprivilegedUser } from './embedded-user.ts'
import { mendCluster, own, refuseRemains } from './mend-cluster.ts'

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
export async function openCluster(dataDir: string, letters = LETTERS): Promise<Cluster> {
  makePrivateFolder(dataDir)
  const folder = clusterFolder(dataDir)
  const user = unprivilegedUser(folder)
  const cluster = { folder, user, logFile: join(dataDir, 'postgres.log'), binaries: postgresBinaries(user) }
  if (!exists(folder)) await initialise(cluster, letters)
  mendCluster(folder, user, cluster.binaries.majorVersion)
  return cluster
}

export function clusterFolder(dataDir: string): string {
  return join(dataDir, 'postgres')
}

/** The cluster's superuser and password, kept inside it. */
export function credentials(folder: string): string {
  return `${USER}:${readFileSync(join(folder, PASSWORD_FILE), 'utf8').trim()}`
}

/** Detached, because Ctrl-C in the terminal is for us, and we end what we started in order. */
export async function spawnDetached(
  cluster: Cluster,
  program: string,
  options: string[],
  input: number | 'ignore' = 'ignore',
): Promise<ChildProcess> {
  const log = openLog(cluster.logFile)
  const child = spawn(program, ['-D', dataOption(cluster), ...options], {
    ...cluster.user,
    cwd: cluster.folder,
    env: {},
    detached: true,
    stdio: [input, log, log],
  })
  closeSync(log)
  await once(child, 'spawn')
  return child
}

function openLog(file: string): number {
  try {
    return openSync(file, 'a', 0o600)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(said.unopenable({ file, code }))
  }
}

/**
 * The data folder as PostgreSQL has to name it. Under a folder that its user may not enter, no path leads there;
 * the link to its own working directory does, and needs no right on the folders above.
 */
function dataOption(cluster: Cluster): string {
  return cluster.user.uid !== undefined && existsSync('/proc/self/cwd') ? '/proc/self/cwd' : cluster.folder
}

function exists(folder: string): boolean {
  return existsSync(join(folder, 'PG_VERSION'))
}

async function initialise(cluster: Cluster, letters: string[]): Promise<void> {
  refuseRemains(cluster.folder)
  const scratch = mkdtempSync(`${cluster.folder}-unfinished-`)
  const folder = join(scratch, 'postgres')
  try {
    mkdirSync(folder, { mode: 0o700 })
    own(folder, cluster.user)
    await runInitdb({ ...cluster, folder }, join(scratch, PASSWORD_FILE), letters)
    renameSync(folder, cluster.folder)
  } catch (error) {
    // Another process that started at the same moment was faster.
    if (!exists(cluster.folder)) throw error
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Without locale files, in the same order and letter case on every machine. */
const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']

/** Only search asks the system what a letter is. The first that it knows; under the last it knows the English ones. */
const LETTERS = ['C.UTF-8', 'en_US.UTF-8', 'C']

async function runInitdb(cluster: Cluster, passwordFile: string, letters: string[]): Promise<void> {
  writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 })
  own(passwordFile, cluster.user)
  for (const locale of letters) {
    // Handed over open, because initdb may be unable to reach the path.
    const password = openSync(passwordFile, 'r')
    const options = [`--username=${USER}`, '--auth=scram-sha-256', '--pwfile=/dev/stdin', ...LOCALE]
    const flags = [...options, `--lc-ctype=${locale}`]
    const child = await spawnDetached(cluster, cluster.binaries.initdb, flags, password)
    closeSync(password)
    const [status] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode]
    if (status === 0) return renameSync(passwordFile, join(cluster.folder, PASSWORD_FILE))
  }
  throw new Error(said.notCreated(lastReason(cluster.logFile)))
}
