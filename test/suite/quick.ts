import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { isIsolated, TEST_DATA_DIR } from '../support/postgres.ts'
import { takeFile } from '../support/runs.js'
import { readFiles } from '../support/tap.ts'

const FILE_WITHIN_MS = 120_000

/** Whatever leads here starts programs, or looks for those that npm does not bring. */
const SLOW = ['test/support/guard.ts', 'test/support/programs.js']

/** What cannot run under row-level security, and why. */
const NOT_ISOLATED: Record<string, string> = {
  'test/settings/users/list/list-plans.test.ts': 'plans are others where every row first passes a policy',
  'test/web/raw-http.test.ts':
    'it ends while requests that it hung up on still ask, and here they ask for longer',
}

const imports = new Map<string, string[]>()

function importsOf(file: string): string[] {
  const known = imports.get(file)
  if (known) return known
  const source = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const paths = [...source.matchAll(/(?:from|import) '(\.[^']+)'/g)]
  const found = paths.map(([, path = '']) => normalize(join(dirname(file), path)))
  imports.set(file, found)
  return found
}

/** Every file of this checkout that it imports, and that those import. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const imported of importsOf(file)) reached(imported, seen)
  return seen
}

export function testFiles(): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join('test', file))
    .sort()
}

/** The tests that need nothing but PostgreSQL from npm. */
export function quickTests(): string[] {
  return testFiles().filter((file) => !SLOW.some((slow) => reached(file).has(slow)))
}

/** One of several processes that share the work: each takes the next file that none of them has taken. */
export function readShare(): Promise<void> {
  return readFiles(untaken(), { within: FILE_WITHIN_MS })
}

function* untaken(): Iterable<string> {
  const files = quickTests().filter((file) => !isIsolated || !(file in NOT_ISOLATED))
  for (const file of files) if (takeFile(TEST_DATA_DIR, process.ppid, file)) yield file
}
