import { terminal } from '../words/en/terminal.ts'

const NO_SUCH_TABLE = '42P01'

/** What went wrong in a command, in one line where it was foreseen. */
export function failWith(error: NodeJS.ErrnoException): void {
  const isNotSetUp = error.code === NO_SUCH_TABLE
  console.error(isNotSetUp ? terminal.notStartedYet : error.message || error.code)
  process.exitCode = 1
}
