import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DataLocation } from '../config.ts'
import { whatAppCanDo } from './app-role.ts'
import { checkServer, describeServer } from './check-server.ts'
import { openDatabase } from './database.ts'
import { isMigrated } from './migrate.ts'

/** One line about an installation. */
export interface Finding {
  state: 'ok' | 'weaker' | 'broken'
  text: string
}

const ok = (text: string): Finding => ({ state: 'ok', text })
const weaker = (text: string): Finding => ({ state: 'weaker', text })
const broken = (text: string): Finding => ({ state: 'broken', text })

const BACKUP_MAX_DAYS = 7
const DAY_MS = 86_400_000

/** What can be seen in a database: by `ownerUrl`, and as the role that the app has. */
export async function lookAtDatabase(ownerUrl: string, appRole: string): Promise<Finding[]> {
  try {
    const { version, isEncrypted, isElsewhere } = await describeServer(ownerUrl)
    await checkServer(ownerUrl)
    return [
      ok(`PostgreSQL ${version} answers, and its database is in UTF-8.`),
      isElsewhere && !isEncrypted
        ? weaker('The way to PostgreSQL is not encrypted. Add ?sslmode=verify-full to DATABASE_URL.')
        : ok('The way to PostgreSQL is encrypted, or does not leave this machine.'),
      await lookAtMigrations(ownerUrl),
      await lookAtRoles(ownerUrl, appRole),
    ]
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    return [broken(message || `PostgreSQL does not answer (${code}).`)]
  }
}

async function lookAtMigrations(url: string): Promise<Finding> {
  const db = openDatabase(url, { maxConnections: 1 })
  const isUpToDate = await isMigrated(db).finally(() => db.destroy())
  if (isUpToDate) return ok('The tables are up to date.')
  return weaker('The tables are not up to date. The next start of Frontdesk sees to it.')
}

async function lookAtRoles(url: string, role: string): Promise<Finding> {
  const { exists, isTooMuch, canShadow } = await whatAppCanDo(url, role)
  if (!exists) return weaker(`The app has no role ${role} yet. The next start of Frontdesk makes it.`)
  if (!isTooMuch && canShadow)
    return weaker(
      `The app's role, ${role}, can create temporary tables, so one could stand in for the trail of events. The next start of Frontdesk revokes what it can of this.`,
    )
  if (!isTooMuch) return ok(`The app's role, ${role}, can add to the trail of events and not change it.`)
  return weaker(
    `The app's role, ${role}, can change or remove the trail of events. Set DATABASE_OWNER_URL to this address, and in DATABASE_URL name another role, which is then made; see "Two roles" in docs/operations.md.`,
  )
}

/** What can be seen in DATA_DIR and in the folder of the backups. */
export function lookAtFolders(
  { databaseUrl, dataDir, secretGiven }: DataLocation,
  backups: string,
): Finding[] {
  const findings: Finding[] = []
  const mode = statSync(dataDir, { throwIfNoEntry: false })?.mode ?? 0o700
  if (!databaseUrl || !secretGiven)
    findings.push(
      mode & 0o077
        ? weaker(`Other users of this machine can look into ${dataDir}. Run: chmod 700 '${dataDir}'`)
        : ok(`Only its owner can look into ${dataDir}.`),
    )
  if (!secretGiven) findings.push(lookAtSecret(join(dataDir, 'secret')))
  if (!databaseUrl) findings.push(lookAtBackups(backups))
  return findings
}

function lookAtSecret(file: string): Finding {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found) return weaker(`${file} is not there yet. The first start makes it.`)
  if (found.size === 0) return broken(`${file} is empty. Put it back from a backup.`)
  if (found.mode & 0o077) return weaker(`Other users can read ${file}. Run: chmod 600 '${file}'`)
  return ok(`The secret is in ${file}. Keep a copy elsewhere.`)
}

function lookAtBackups(folder: string): Finding {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.gz')) : []
  const newest = Math.max(...names.map((name) => statSync(join(folder, name)).mtimeMs))
  if (names.length === 0) return weaker(`There is no backup in ${folder}. Run: npm run backup`)
  const days = Math.floor((Date.now() - newest) / DAY_MS)
  if (days > BACKUP_MAX_DAYS)
    return weaker(`The newest backup in ${folder} is ${days} days old. Run: npm run backup`)
  return ok(`The newest backup in ${folder} is less than ${days + 1} days old.`)
}
