import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { TEST_DATA_DIR } from '../support/postgres.ts'
import { takeFile } from '../support/runs.js'
import { readFiles } from '../support/tap.ts'

const FILE_WITHIN_MS = 120_000

/** Whatever leads here starts programs, or looks for those that npm does not bring. */
const SLOW = ['test/support/guard.ts', 'test/support/programs.js']

/** Every file of this checkout that it imports, and that those import. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  if (!existsSync(file)) return seen
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from|import) '(\.[^']+)'/g))
    reached(normalize(join(dirname(file), path ?? '')), seen)
  return seen
}

/** The tests that need nothing but PostgreSQL from npm. */
export function quickTests(): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join('test', file))
    .filter((file) => !SLOW.some((slow) => reached(file).has(slow)))
    .sort()
}

/** One of several processes that share the work: each takes the next file that none of them has taken. */
export function readShare(): Promise<void> {
  return readFiles(untaken(), { within: FILE_WITHIN_MS })
}

function* untaken(): Iterable<string> {
  for (const file of quickTests()) if (takeFile(TEST_DATA_DIR, process.ppid, file)) yield file
}
