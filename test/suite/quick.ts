import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
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

/** One of several processes that share the work. */
export function readShare(share: number, of: number): Promise<void> {
  return readFiles(
    quickTests().filter((_file, place) => place % of === share),
    { within: FILE_WITHIN_MS },
  )
}
