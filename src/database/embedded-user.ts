import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { databaseProblems as said } from '../words/en/database-problems.ts'

/** Options for spawn; empty where this process's own user will do. */
export interface SystemUser {
  uid?: number
  gid?: number
}

/** PostgreSQL refuses to run as root; then it is the owner of the existing data, or a user without rights. */
export function unprivilegedUser(dataFolder: string): SystemUser {
  if (process.getuid?.() !== 0) return {}
  const owner = statSync(dataFolder, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  return userNamed('postgres') ?? createdUser('postgres') ?? userNamed('nobody') ?? noUser()
}

function userNamed(name: string): SystemUser | null {
  try {
    return { uid: numericId('-u', name), gid: numericId('-g', name) }
  } catch {
    return null
  }
}

function numericId(flag: string, name: string): number {
  return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
}

function createdUser(name: string): SystemUser | null {
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', name], {
      stdio: 'ignore',
    })
  } catch {
    return null
  }
  return userNamed(name)
}

function noUser(): never {
  throw new Error(said.noUser)
}
