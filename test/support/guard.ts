import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

const GUARDIAN = fileURLToPath(new URL('guardian.js', import.meta.url))

let guardian: Socket | undefined

/** Should this process be killed, the child is, too. */
export function guardProcess(child: ChildProcess): void {
  tell(`started ${child.pid}`)
  child.once('exit', () => tell(`ended ${child.pid}`))
}

/** Should this process be killed, every PostgreSQL in the folder ends, and the folder goes. Answers how to end that. */
export function guardFolder(folder: string): () => void {
  tell(`made ${folder}`)
  return () => tell(`removed ${folder}`)
}

function tell(line: string): void {
  guardian ??= startGuardian()
  guardian.write(`${line}\n`)
}

/** Its input ends when this process does, however that comes; Ctrl-C in the terminal is not for it. */
function startGuardian(): Socket {
  const child = spawn(process.execPath, [GUARDIAN], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  child.unref()
  const input = child.stdin as Socket
  input.unref()
  return input.on('error', () => {})
}
