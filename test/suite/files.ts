import { fileURLToPath } from 'node:url'
import { quickTests, testFiles } from './quick.ts'

/** They take minutes, and `npm run test:long` runs them. */
export const LONG = ['test/bench/bench.test.ts', 'test/crash/crash.test.ts']

/** tap goes by name: what comes after these, the slow `test/web/server.test.ts` too, runs beside them. */
const QUICK = ['test/suite/quick-one.ts', 'test/suite/quick-two.ts']

/**
 * What `npm test` gives to tap: a process each for the tests that start programs, and two that the quick ones share.
 */
export function filesToRun(): string[] {
  const quick = quickTests()
  return [...testFiles().filter((file) => !quick.includes(file) && !LONG.includes(file)), ...QUICK]
}

if (fileURLToPath(import.meta.url) === process.argv[1]) console.log(filesToRun().join(' '))
