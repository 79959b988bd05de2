import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DataLocation } from '../config.ts'
import { doctor as said } from '../words/en/doctor.ts'
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
      ok(said.server(version)),
      isElsewhere && !isEncrypted ? weaker(said.plain) : ok(said.encrypted),
      await lookAtMigrations(ownerUrl),
      await lookAtRoles(ownerUrl, appRole),
    ]
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    return [broken(message || said.noAnswer(code))]
  }
}

async function lookAtMigrations(url: string): Promise<Finding> {
  const db = openDatabase(url, { maxConnections: 1 })
  const isUpToDate = await isMigrated(db).finally(() => db.destroy())
  if (isUpToDate) return ok(said.migrated)
  return weaker(said.notMigrated)
}

async function lookAtRoles(url: string, role: string): Promise<Finding> {
  const { exists, isTooMuch, canShadow } = await whatAppCanDo(url, role)
  if (!exists) return weaker(said.noRole({ role }))
  if (!isTooMuch && canShadow) return weaker(said.canShadow({ role }))
  if (!isTooMuch) return ok(said.appendsOnly({ role }))
  return weaker(said.canChange({ role }))
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
        ? weaker(said.folderOpen({ folder: dataDir }))
        : ok(said.folderPrivate({ folder: dataDir })),
    )
  if (!secretGiven) findings.push(lookAtSecret(join(dataDir, 'secret')))
  if (!databaseUrl) findings.push(lookAtBackups(backups))
  return findings
}

function lookAtSecret(file: string): Finding {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found) return weaker(said.noSecret({ file }))
  if (found.size === 0) return broken(said.emptySecret({ file }))
  if (found.mode & 0o077) return weaker(said.secretOpen({ file }))
  return ok(said.secret({ file }))
}

function lookAtBackups(folder: string): Finding {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.gz')) : []
  const newest = Math.max(...names.map((name) => statSync(join(folder, name)).mtimeMs))
  if (names.length === 0) return weaker(said.noBackup({ folder }))
  const days = Math.floor((Date.now() - newest) / DAY_MS)
  if (days > BACKUP_MAX_DAYS) return weaker(said.oldBackup({ folder, days }))
  return ok(said.newBackup({ folder, days: days + 1 }))
}
