// @ts-check
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const GONE_WITHIN_MS = 10_000
const POLL_MS = 20
/** Below it lies only what PostgreSQL keeps there. */
const DEPTH = 3

/**
 * Ends every PostgreSQL whose data lies in this folder, at once: nobody needs the data any more.
 *
 * @param {string} folder
 */
export async function endServersIn(folder) {
  for (const file of pidFilesIn(folder, DEPTH)) {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
    const isThere = () => commandLine(pid).includes(dirname(file))
    if (isThere()) process.kill(pid, 'SIGQUIT')
    for (let left = GONE_WITHIN_MS; left > 0 && isThere(); left -= POLL_MS) await delay(POLL_MS)
    if (isThere()) process.kill(pid, 'SIGKILL')
  }
}

/**
 * @param {string} folder
 * @param {number} depth
 * @returns {string[]}
 */
function pidFilesIn(folder, depth) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    if (entries.some(({ name }) => name === 'postmaster.pid')) return [join(folder, 'postmaster.pid')]
    const folders = depth > 0 ? entries.filter((entry) => entry.isDirectory()) : []
    return folders.flatMap(({ name }) => pidFilesIn(join(folder, name), depth - 1))
  } catch {
    return []
  }
}

/**
 * Of a process that has ended it is empty, also while nobody has asked for its status.
 *
 * @param {number} pid
 */
function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {}
  try {
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', `${pid}`], { encoding: 'utf8' })
  } catch {
    return ''
  }
}
