import { execFile } from 'node:child_process'

const WITHIN_MS = 60_000

/** What npm says, whatever its exit status. */
export function runNpm(...words: string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    execFile('npm', words, { timeout: WITHIN_MS, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      error?.killed
        ? reject(new Error(`npm ${words[0]} took longer than ${WITHIN_MS} ms`))
        : resolve({ stdout, stderr }),
    )
  })
}
