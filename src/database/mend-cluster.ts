import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { databaseProblems as said } from '../words/en/database-problems.ts'
import type { SystemUser } from './embedded-user.ts'

/** PostgreSQL wants them, and tools that copy files leave out what is empty. */
const EMPTY_FOLDERS =
  `pg_commit_ts pg_dynshmem pg_logical pg_logical/mappings pg_logical/snapshots pg_notify pg_replslot
  pg_serial pg_snapshots pg_stat pg_stat_tmp pg_tblspc pg_twophase`.split(/\s+/)

const NEEDED = [
  'global/pg_control',
  'base',
  'pg_wal',
  'pg_xact',
  'postgresql.conf',
  'pg_hba.conf',
  'password',
]

/**
 * What a copy, another user or a hurried hand did to the data folder is undone where that can do no harm.
 * @throws what cannot be undone, in one line with what to do
 */
export function mendCluster(path: string, user: SystemUser, majorVersion: string): void {
  const folder = realpathSync(path)
  mendOwners(folder, user)
  // PostgreSQL refuses a folder that others can enter.
  if (lstatSync(folder).mode & 0o027) chmodSync(folder, 0o700)
  const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  if (!version)
    throw new Error(said.emptyVersion({ file: join(folder, 'PG_VERSION'), version: majorVersion }))
  if (version !== majorVersion)
    throw new Error(said.dataVersion({ folder, version, installed: majorVersion }))
  for (const name of NEEDED) {
    const found = statSync(join(folder, name), { throwIfNoEntry: false })
    if (!found) throw new Error(said.missing({ file: join(folder, name) }))
    if (found.isFile() && found.size === 0) throw new Error(said.empty({ file: join(folder, name) }))
  }
  for (const name of EMPTY_FOLDERS.filter((name) => !existsSync(join(folder, name)))) {
    mkdirSync(join(folder, name), { mode: 0o700 })
    own(join(folder, name), user)
  }
}

/** @throws where there is something in the folder that is no database, so that none is made in its place */
export function refuseRemains(folder: string): void {
  if (!existsSync(folder) || readdirSync(folder).length === 0 || existsSync(join(folder, 'PG_VERSION')))
    return
  throw new Error(said.versionMissing({ file: join(folder, 'PG_VERSION') }))
}

export function own(path: string, { uid, gid }: SystemUser): void {
  if (uid !== undefined && gid !== undefined) lchownSync(path, uid, gid)
}

/** Root gives everything to the user that PostgreSQL runs as; anybody else can only be told whose it is. */
function mendOwners(folder: string, user: SystemUser): void {
  const uid = user.uid ?? process.getuid?.()
  if (uid === undefined) return
  for (const name of ['.', ...readableNames(folder)]) {
    const path = join(folder, name)
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (!found || found.uid === uid || (found.isSymbolicLink() && user.uid === undefined)) continue
    if (user.uid === undefined)
      throw new Error(said.otherOwner({ file: path, folder, owner: found.uid, user: uid }))
    own(path, user)
  }
}

function readableNames(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // The owner of the folder itself is looked at first, and says why; or a running server has just removed something.
    if (code === 'EACCES' || code === 'ENOENT') return []
    throw error
  }
}
