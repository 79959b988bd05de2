import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Unknown to PostgreSQL; it marks the process, whose data folder can be a link that says nothing. */
export const FOLDER_SETTING = 'frontdesk.folder'

export function postmaster(folder: string): { pid: number; port: number } | null {
  try {
    const [pid, , , port] = readFileSync(pidFile(folder), 'utf8').split('\n')
    return Number(pid) && Number(port) ? { pid: Number(pid), port: Number(port) } : null
  } catch {
    return null
  }
}

export function isOurs(pid: number, folder: string): boolean {
  return commandLine(pid).includes(`${FOLDER_SETTING}=${folder}`)
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * PostgreSQL takes a process that merely got the number of its dead predecessor for a running server, and a file that a
 * power cut left empty for one that is just starting.
 */
export function removeStale(folder: string): void {
  if (!existsSync(pidFile(folder))) return
  const found = postmaster(folder)
  const isRunning = found ? isOurs(found.pid, folder) : everyPid().some((pid) => isOurs(pid, folder))
  if (!isRunning) rmSync(pidFile(folder), { force: true })
}

function pidFile(folder: string): string {
  return join(folder, 'postmaster.pid')
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {}
  try {
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', `${pid}`], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

function everyPid(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Boolean)
  } catch {}
  try {
    return execFileSync('ps', ['-A', '-o', 'pid='], { encoding: 'utf8' })
      .split('\n')
      .map(Number)
      .filter(Boolean)
  } catch {
    return []
  }
}
