import { urlsOfHosts } from '../config/database-hosts.ts'
import { databaseProblems as said } from '../words/en/database-problems.ts'
import { letAppIn } from './app-role.ts'
import { checkServer } from './check-server.ts'
import { keepToIdRange } from './id-range.ts'
import { migrateToLatest } from './migrate.ts'

export interface DatabaseUrls {
  /** Of the role whose the tables are, which migrates. */
  ownerUrl: string
  /** Of the app's own role; the same where there is only one. */
  url: string
  /** The role gets the password in `url`, whatever it had before. */
  isPasswordNew?: boolean
  idRange?: number
}

/** Up to date and open to the app. @throws where this PostgreSQL cannot be used */
export async function prepareDatabase({
  ownerUrl,
  url,
  isPasswordNew,
  idRange = 0,
}: DatabaseUrls): Promise<void> {
  await checkServer(ownerUrl)
  if (ownerUrl === url) await migrateAsApp(url)
  else await migrateToLatest(ownerUrl)
  await keepToIdRange(ownerUrl, idRange)
  if (ownerUrl !== url && roleOf(ownerUrl) !== roleOf(url)) await letAppIn(ownerUrl, url, { isPasswordNew })
}

/** One role for both. It can be the app's own, where somebody else has migrated. */
async function migrateAsApp(url: string): Promise<void> {
  await migrateToLatest(url).catch((error) => {
    if (error.code !== NO_RIGHT) throw error
    throw new Error(said.cannotMigrate({ role: roleOf(url), why: error.message }), { cause: error })
  })
}

const NO_RIGHT = '42501'

export function roleOf(url: string): string {
  return decodeURIComponent(new URL(urlsOfHosts(url)[0]).username)
}
