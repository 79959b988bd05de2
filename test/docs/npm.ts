import { runProgram } from '../support/start-program.ts'

/** What npm says, whatever its exit status. */
export function runNpm(...words: string[]): Promise<{ stdout: string; stderr: string }> {
  return runProgram('npm', words)
}
