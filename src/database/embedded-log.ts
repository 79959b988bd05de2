import { readFileSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { databaseProblems as said } from '../words/en/database-problems.ts'

const LAST_LINES = 40
const NEARLY_FULL_BYTES = 20_000_000

/** Why PostgreSQL or initdb gave up, as their log says it, or what else is known. */
export function lastReason(logFile: string): string {
  const { bavail, bsize } = statfsSync(dirname(logFile))
  if (bavail * bsize < NEARLY_FULL_BYTES) return said.diskFull({ folder: dirname(logFile) })
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES)
  const reason = lines.findLast((line) => /(FATAL|PANIC|error|could not)[: ]/.test(line))
  return reason ? `${reason} (${logFile})` : said.see({ file: logFile })
}
