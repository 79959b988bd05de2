import { type Ended, runProgram, typeScript } from './start-program.ts'

export type { Ended }

/** A command as npm would run it, with nothing but `env` in its environment. */
export function runCommand(file: string, env: Record<string, string>, ...words: string[]): Promise<Ended> {
  return runProgram(...typeScript(file, ...words), { env: { PATH: process.env.PATH, ...env } })
}
